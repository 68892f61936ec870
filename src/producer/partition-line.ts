import type { Broker } from '../client'
import { OtherMessageError, type KafkaError, type TopicPartition } from '../kernel'
import type { Stamp } from '../protocol'
import type { Batch } from './batch'
import { Flights } from './flights'
import type { Era } from './flushes'
import type { LineContext } from './line-context'
import { LinePause } from './line-pause'
import { LineQueue } from './line-queue'
import type { RefusedRecord, Telling } from './outcomes'
import { closedUnder, outOfTime } from './out-of-time'
import { mayBeWritten, verdictOn } from './verdict'

/**
 * The batches of one partition, in order: those that fly and those that came back, then those that have not left. It
 * says what leaves when, and gives each its outcome.
 */
export class PartitionLine {
  readonly at: TopicPartition
  readonly #context: LineContext
  readonly #queue: LineQueue
  readonly #pause: LinePause
  readonly #flights: Flights
  #topicId: string | undefined

  constructor(at: TopicPartition, context: LineContext) {
    this.at = at
    this.#context = context
    this.#queue = new LineQueue(at, context)
    this.#pause = new LinePause(at, context)
    this.#flights = new Flights(at, context, this.#queue, this.#pause)
  }

  /** Whether there is nothing here that wants to leave or to land. */
  get isIdle(): boolean {
    return this.#queue.first === undefined && this.#flights.isEmpty
  }

  /** Messages that wait to leave, in bytes before compression. */
  get waitingBytes(): number {
    return this.#queue.waitingBytes
  }

  /** Messages that have no outcome, in bytes. */
  get heldBytes(): number {
    return [...this.#flights.batches, ...this.#queue.batches].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Bytes of all calls that came here, before compression. */
  get takenBytes(): number {
    return this.#queue.takenBytes
  }

  /** Whether the batch that leaves next is open and waits for company. */
  get isGathering(): boolean {
    const { gathersUntil } = this.#queue
    return gathersUntil !== undefined && this.#context.now() < gathersUntil
  }

  /**
   * The batch for a call of so many bytes, with room for it. Throws BufferFullError.
   *
   * @param waited for a call that was accepted before: when, and who waits for it
   */
  batchFor(bytes: number, waited?: { readonly at: number; readonly era: Era }): Batch {
    return this.#queue.batchFor(bytes, waited)
  }

  /** A call was added to its batch. */
  added(batch: Batch): void {
    this.#queue.added(batch)
  }

  /** The open batch leaves as soon as it can; until then it grows. */
  hurry(): void {
    this.#queue.hurry()
  }

  /**
   * Whether a batch may leave now. Its leader may have changed: then what flies to the one before has to land first.
   * The open batch is sealed only when it leaves, so that it grows under load.
   */
  mayLeave(now: number): boolean {
    if (now < this.#pause.until) return false
    const { next } = this.#flights
    return next === 'new' ? this.#queue.mayLeave(now) : next !== undefined
  }

  /** Seals what leaves next; false if it is still to be compressed, on another thread. */
  prepare(): boolean {
    if (this.#flights.next !== 'new') return true
    const isReady = this.#queue.prepare()
    this.#failUnsealed()
    return isReady
  }

  /** Whether nothing flies to another broker than this one. */
  mayLeaveFor(broker: Broker): boolean {
    return this.#flights.broker === broker || !this.#flights.areUnderWay
  }

  /** Bytes of the batch that leaves next. */
  get nextBytes(): number {
    const { next } = this.#flights
    return (next === 'new' ? this.#queue.first : next)?.bytes ?? 0
  }

  /** Takes the next batch, which was prepared, out to be sent there; its first time it gets its sequence. */
  leave(broker: Broker): Batch {
    const flights = this.#flights
    if (flights.broker !== broker) flights.happens({ type: 'other-broker' })
    flights.broker = broker
    const { next } = flights
    const batch = next === 'new' ? this.#queue.take() : next!
    batch.left()
    if (next !== 'new') flights.happens({ type: 'left-again', batch })
    else {
      const { current } = this.#context.identity
      flights.happens({ type: 'left', batch, count: batch.count, identity: current })
    }
    return batch
  }

  /** What the batch is to be stamped with. */
  stampOf(batch: Batch): Stamp {
    return this.#flights.stampOf(batch)
  }

  /** Monotonic ms at which there is something to do here even if nothing happens until then. */
  nextAt(now: number): number {
    const oldest = this.#oldest
    const endsAt = oldest ? oldest.since + this.#context.settings.deliveryTimeoutMs : Infinity
    if (now < this.#pause.until) return Math.min(endsAt, this.#pause.until)
    const { gathersUntil = 0 } = this.#queue
    return gathersUntil > now && this.#flights.next === 'new' ? Math.min(endsAt, gathersUntil) : endsAt
  }

  /** The broker has it. */
  delivered(batch: Batch, baseOffset: bigint, timestamp: bigint): void {
    this.#pause.succeeded()
    batch.landed()
    this.#flights.happens({ type: 'acknowledged', batch }, { baseOffset, timestamp })
  }

  /**
   * An attempt has failed.
   *
   * @param records the messages that the error is about, if the broker says which
   */
  refused(batch: Batch, error: KafkaError, records?: readonly RefusedRecord[]): void {
    batch.landed()
    const verdict = verdictOn(error)
    const isDivisible = batch.calls > 1
    const told = { error, records }
    this.#flights.happens(
      { type: 'refused', batch, verdict, maybeWritten: mayBeWritten(error), isDivisible },
      told,
    )
  }

  /** Another broker than the one that refused it leads: there is no reason to wait. */
  ledBy(leader: number | undefined): void {
    this.#pause.ledBy(leader)
  }

  /**
   * It is tried again after a pause.
   *
   * @param by node id of the broker that is to blame; -1: nobody leads
   */
  postpone(error: KafkaError, by = -1): void {
    this.#pause.begin(error, by)
    this.#context.emit({ type: 'retry', at: this.at, error })
  }

  /** What it waited for has come. */
  resume(): void {
    this.#pause.end()
  }

  /** Fails what is out of time, and what could not be compressed. */
  expire(now: number): void {
    this.#failUnsealed()
    const { deliveryTimeoutMs } = this.#context.settings
    const isLate = (batch: Batch): boolean => now >= batch.since + deliveryTimeoutMs
    for (let batch = this.#oldest; batch && isLate(batch); batch = this.#oldest) {
      const error = outOfTime(batch, deliveryTimeoutMs, this.#pause.lastError)
      if (this.#flights.has(batch)) this.#flights.happens({ type: 'expired', batch }, { error })
      else this.#failAll(other => (isLate(other) ? error : new OtherMessageError('before', error)))()
    }
  }

  /** Fails what is not on its way to the broker, also what came back from there. */
  giveUp(error: KafkaError): void {
    const { grounded } = this.#flights
    if (grounded) this.#flights.happens({ type: 'expired', batch: grounded }, { error, isOfAll: true })
    this.failQueue(error)()
  }

  /** @param topicId another one than before: the topic was created again, and its log knows none of our sequences */
  writesTo(topicId: string | undefined): void {
    if (topicId === undefined || topicId === this.#topicId) return
    if (this.#topicId !== undefined) this.#flights.happens({ type: 'other-log' })
    this.#topicId = topicId
  }

  /** Takes out what has not left, to fail with this. */
  failQueue(error: KafkaError): Telling {
    return this.#failAll(() => error)
  }

  /** Takes everything out, to fail at once. */
  abandon(error: KafkaError): Telling {
    const cause = closedUnder(error, this.at, this.#pause.lastError)
    const tellings = [this.#flights.abandon(cause), this.failQueue(cause)]
    return () => {
      for (const tell of tellings) tell()
    }
  }

  #failAll(errorOf: (batch: Batch) => KafkaError): Telling {
    const batches = this.#queue.takeAll()
    this.#pause.end()
    return () => {
      for (const batch of batches) this.#context.outcomes.fail(batch, errorOf(batch))
    }
  }

  #failUnsealed(): void {
    for (const batch of this.#queue.takeUnsealed()) this.#context.outcomes.fail(batch, batch.failure!)
  }

  /** The batch that waits longest for its outcome. */
  get #oldest(): Batch | undefined {
    return this.#flights.oldest ?? this.#queue.first
  }
}
