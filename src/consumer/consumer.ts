import { Observable, Subject, type Subscriber } from 'rxjs'
import { AlreadyRunningError, ClosedError, type TopicPartition } from '../kernel'
import { closeTimeout, type CloseOptions, coreOf, type ClientCore, type KafkaClient } from '../client'
import { Deferred } from '../deferred'
import type { Batch } from './batch'
import { fetchMemoryOf } from './byte-budget'
import { ChosenPartitions } from './chosen-partitions'
import { Control } from './control'
import type { ConsumerEvent } from './event'
import type { Explanation } from './explain'
import { report } from './log'
import { settleConsumer, type ConsumerOptions, type ConsumerSettings } from './options'
import { selectionOf, type Selection, type Topics } from './selection'
import { Session } from './session'
import { targetOf, type StartOffset } from './start-offset'

interface Live {
  readonly session: Session
  readonly subscriber: Subscriber<Batch>
}

/**
 * Reads topics, or chosen partitions of them, from a chosen offset, without being a member of a group; with a `groupId`
 * it stores offsets there. Closing the client closes the consumer first.
 */
export class Consumer {
  /** Retries, resets, stalls, commits. Hot; never errors; completes when the consumer is closed. */
  readonly events$: Observable<ConsumerEvent>
  readonly #events = new Subject<ConsumerEvent>()
  readonly #report = report()
  readonly #core: ClientCore
  readonly #selection: Selection
  readonly #settings: ConsumerSettings
  readonly #leaveClient: () => void
  readonly #control = new Control(() => this.#live?.session, this.toString.bind(this))
  #live: Live | undefined
  /** When the subscription before the next one has ended wholly. */
  #before = Promise.resolve()
  #closed: Deferred<void> | undefined

  /**
   * Does no I/O.
   *
   * @param topics one, several, or partitions of any: `[{ topic, partition }]`
   * @throws ArgumentError naming the topic or option that cannot be used
   */
  constructor(client: KafkaClient, topics: Topics, options: ConsumerOptions = {}) {
    this.#core = coreOf(client)
    this.#settings = settleConsumer(options)
    this.#selection = selectionOf(topics, this.#settings.partitions)
    this.events$ = this.#events.asObservable()
    this.#leaveClient = this.#core.adopt(this)
  }

  /**
   * The messages in batches, each partition in its order, from an offset on. Reads while it is subscribed to; one
   * subscription at a time, a later one waits for the end of the earlier. What is not acked bounds what is delivered.
   * Leader moves, lost connections and a topic that is not there yet are no errors: `events$` tells them.
   *
   * Unsubscribing ends at once: what is acked is committed, what is in hand is not waited for; `close` waits.
   *
   * @param offset `OFFSET_EARLIEST`, `OFFSET_LATEST`, `OFFSET_COMMITTED` (needs a `groupId`) or an offset
   * @returns fails with AlreadyRunningError, ClosedError, ArgumentError, CorruptRecordError, AckTimeoutError,
   *   NoOffsetError, or a BrokerError that no retry mends
   */
  start(offset: StartOffset): Observable<Batch> {
    return new Observable<Batch>(subscriber => {
      try {
        const live = this.#begin(offset, subscriber)
        return () => this.#leave(live)
      } catch (error) {
        subscriber.error(error)
        return undefined
      }
    })
  }

  /** Delivers and asks for nothing of these partitions until `resume`; none: of all. What has arrived stays. */
  pause(...partitions: readonly TopicPartition[]): void {
    this.#control.pause(partitions)
  }

  /** The end of `pause`; none: of all. */
  resume(...partitions: readonly TopicPartition[]): void {
    this.#control.resume(partitions)
  }

  /**
   * Goes on elsewhere in a partition. What was delivered before and is acked later is not committed any more.
   *
   * @param to an offset, `OFFSET_EARLIEST`, `OFFSET_LATEST` or `OFFSET_COMMITTED`
   */
  seek(partition: TopicPartition, to: StartOffset): void {
    this.#control.seek(partition, targetOf(to, this.#settings.groupId))
  }

  /** The offset of what is delivered next; undefined as long as that is not known. */
  position(partition: TopicPartition): bigint | undefined {
    return this.#control.position(partition)
  }

  /** Messages from `position` to the end of the log as it was last told; undefined as long as that is not known. */
  lag(partition: TopicPartition): bigint | undefined {
    return this.#control.lag(partition)
  }

  /** How each partition is, since when and why: the first thing to look at when nothing comes. */
  explain(): readonly Explanation[] {
    return this.#control.explain(this.#core.settings.clock.monotonic())
  }

  /**
   * Delivers no more, waits until the batches in hand are acked, commits, then completes the stream. Starts when
   * called; a second call answers the same outcome.
   *
   * @param options.timeoutMs how long it may take; default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    if (this.#closed) return this.#closed
    const closed = Deferred.from<void>('close', async () => {
      const timeoutMs = closeTimeout(options)
      this.#closed = closed
      return this.#shutDown(timeoutMs)
    })
    return closed.start()
  }

  /** The same as `close`. */
  shutdown(options: CloseOptions = {}): Deferred<void> {
    return this.close(options)
  }

  /** Ends at once, and completes the stream: what is acked is committed, what is in hand is not waited for. */
  stop(): Deferred<void> {
    const closed = this.close({ timeoutMs: 0 })
    if (this.#live) this.#leave(this.#live)
    return closed
  }

  toString(): string {
    return `Consumer(${[...this.#selection.keys()].join(', ')})`
  }

  #begin(offset: StartOffset, subscriber: Subscriber<Batch>): Live {
    if (this.#closed) throw new ClosedError(this.toString())
    if (this.#live) throw new AlreadyRunningError(this.toString())
    const target = targetOf(offset, this.#settings.groupId)
    const session = new Session(this.#shared(), {
      next: batch => subscriber.next(batch),
      error: error => {
        this.#leave(live)
        subscriber.error(error)
      },
    })
    const choice = new ChosenPartitions({
      client: this.#core,
      emit: event => this.#tell(event),
      reading: session.reading,
      selection: this.#selection,
      found: (partitions, from) => session.adopt(partitions, from),
      failed: error => session.fail(error),
    })
    const live: Live = { session, subscriber }
    this.#live = live
    void this.#before.then(() => choice.find(target))
    return live
  }

  #shared(): ConstructorParameters<typeof Session>[0] {
    return {
      client: this.#core,
      name: this.toString(),
      settings: this.#settings,
      budget: fetchMemoryOf(this.#core).join(),
      purpose: `fetch:${[...this.#selection.keys()][0]!}-${dice(this.#core)}` as const,
      emit: event => this.#tell(event),
      maxInHand: Infinity,
      isAckedByHand: this.#settings.ack === 'manual',
    }
  }

  #tell(event: ConsumerEvent): void {
    this.#report(event)
    this.#events.next(event)
  }

  #leave(live: Live): void {
    if (this.#live !== live) return
    this.#live = undefined
    this.#before = live.session.end()
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const live = this.#live
    if (live) {
      if (timeoutMs > 0) await live.session.finish(timeoutMs)
      this.#leave(live)
    }
    await this.#before
    live?.subscriber.complete()
    this.#leaveClient()
    this.#events.complete()
  }
}

/** Tells consumers of one client apart. */
function dice({ settings }: ClientCore): string {
  return Math.floor(settings.random() * 2 ** 32).toString(16)
}
