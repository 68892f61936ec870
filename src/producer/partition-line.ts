import type { Broker } from '../client'
import { type KafkaError, type Random, type TopicPartition } from '../kernel'
import type { Stamp } from '../protocol'
import { Batch, deliveryBytes, type Sealing } from './batch'
import type { BufferMemory } from './buffer-memory'
import type { Emit } from './event'
import type { Era, Flushes } from './flushes'
import type { IdentitySource } from './identity'
import type { ProducerSettings } from './options'
import { outOfTime } from './out-of-time'
import type { Outcomes } from './outcomes'
import { nextToLeave, noSequences, reduceSequences } from './sequences'
import type { SequenceEffect, SequenceEvent, Sequences } from './sequences-state'
import { isSoonOver, mayBeWritten, verdictOn } from './verdict'

/** What the lines of one producer share. */
export interface LineContext {
  readonly settings: ProducerSettings
  readonly memory: BufferMemory
  readonly flushes: Flushes
  readonly outcomes: Outcomes
  readonly emit: Emit
  readonly identity: IdentitySource
  /** How batches are sealed just now. */
  readonly sealing: () => Sealing
  /** Monotonic ms. */
  readonly now: () => number
  readonly random: Random
  /** Ms to wait after this many errors in a row. */
  readonly pauseMs: (attempts: number) => number
}

/** What goes with an event of the sequences. */
interface Told {
  readonly baseOffset?: bigint
  readonly timestamp?: bigint
  readonly error?: KafkaError
}

/** Of a producer without idempotence. */
const unnumbered: Stamp = {}

/** Batches of a partition that fly at once: as many as a broker remembers, or one where it cannot tell their order. */
const maxNumbered = 5
const maxUnnumbered = 1

/** Pause while the transaction before is still being finished at the broker, in ms. */
const soonOverMs = 20

/** A new batch begins with at most so many bytes, and grows. */
const maxFirstBytes = 64 * 1024

/**
 * The batches of one partition, in order: those that fly and those that came back, then the sealed ones, then the
 * open one, which takes calls.
 */
export class PartitionLine {
  readonly at: TopicPartition
  readonly #context: LineContext
  readonly #limit: number
  #open: Batch | undefined
  /** The open batch waits for no more company. */
  #isHurried = false
  #queue: Batch[] = []
  #sequences: Sequences<Batch> = noSequences<Batch>()
  /** Where the batches in flight are. */
  #broker: Broker | undefined
  #topicId: string | undefined
  /** Monotonic ms before which nothing leaves, after an error. */
  #notBefore = 0
  /** Node id of the broker that this is due to; -1: nobody leads. */
  #refusedBy = -1
  /** Errors in a row, and the last of them. */
  #attempts = 0
  #lastError: KafkaError | undefined
  /** What the trouble began with, which is what those behind fail with. */
  #cause: KafkaError | undefined
  /** Bytes to begin the next batch with: what the last one came to. */
  #firstBytes = 0
  /** Bytes of all batches that were fixed, before compression. */
  #sealedBytes = 0

  constructor(at: TopicPartition, context: LineContext) {
    this.at = at
    this.#context = context
    const { bufferBytes, maxBatchBytes } = context.settings
    this.#limit = Math.min(bufferBytes, maxBatchBytes)
  }

  /** Whether there is nothing here that wants to leave or to land. */
  get isIdle(): boolean {
    return this.#open === undefined && this.#queue.length === 0 && this.#sequences.sent.length === 0
  }

  /** Messages that wait to leave, in bytes. */
  get waitingBytes(): number {
    return this.#queue.reduce((sum, batch) => sum + batch.bytes, this.#open?.bytes ?? 0)
  }

  /** Messages that have no outcome, in bytes. */
  get heldBytes(): number {
    const held = this.#sequences.sent.filter(({ isOver }) => !isOver)
    return held.reduce((sum, { batch }) => sum + batch.bytes, this.waitingBytes)
  }

  /** Bytes of all calls that came here, before compression. */
  get takenBytes(): number {
    const open = this.#open
    return open === undefined ? this.#sealedBytes : this.#sealedBytes + open.bytes
  }

  /** Whether the batch that leaves next is open and waits for company. */
  get isGathering(): boolean {
    if (this.#context.settings.bufferTime === 0 || this.#open === undefined) return false
    return this.#queue.length === 0 && this.#context.now() < this.#sendAt(this.#open)
  }

  /**
   * The batch for a call of so many bytes, with room for it. Throws BufferFullError.
   *
   * @param waited for a call that was accepted before: when, and who waits for it
   */
  batchFor(bytes: number, waited?: { readonly at: number; readonly era: Era }): Batch {
    const { memory, flushes, now } = this.#context
    const open = this.#open
    if (open && open.bytes + bytes <= this.#limit) {
      open.reserve(bytes)
      return open
    }
    const first = Math.max(bytes + 128, this.#firstBytes)
    memory.check(deliveryBytes + first)
    this.seal()
    const era = waited ? flushes.joined(waited.era) : flushes.entered()
    this.#isHurried = false
    return (this.#open = new Batch(this, waited?.at ?? now(), era, memory, first))
  }

  /** A call was added; a batch that is full is sealed. */
  added(batch: Batch): void {
    const { bufferCount = Infinity } = this.#context.settings
    if (batch.bytes >= this.#limit || batch.count >= bufferCount) this.seal()
  }

  /** A call was taken back. One whose calls were all taken back is gone. */
  withdrawn(batch: Batch): void {
    if (batch !== this.#open || !batch.isEmpty) return
    this.#open = undefined
    batch.release()
    this.#context.flushes.ended(batch.era)
  }

  /** Fixes the open batch. */
  seal(sealing = this.#context.sealing()): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    this.#firstBytes = Math.min(maxFirstBytes, open.bytes)
    this.#sealedBytes += open.bytes
    open.seal(sealing)
    this.#queue.push(open)
  }

  /** The open batch leaves as soon as it can; until then it grows. */
  hurry(): void {
    this.#isHurried = true
  }

  /**
   * Whether a batch may leave now. Its leader may have changed: then what flies to the one before has to land first.
   * The open batch is sealed only when it leaves, so that it grows under load. Behind one that is still being
   * compressed nothing leaves.
   */
  mayLeave(now: number): boolean {
    if (now < this.#notBefore) return false
    const next = this.#next()
    if (next !== 'new') return next !== undefined
    const first = this.#queue[0]
    return first ? first.isReady : this.#open !== undefined && now >= this.#sendAt(this.#open)
  }

  /** Seals what leaves next; false if it is still to be compressed, on another thread. */
  prepare(): boolean {
    if (this.#queue.length > 0 || this.#next() !== 'new') return true
    this.seal()
    this.#failUnsealed()
    return this.#queue[0]?.isReady === true
  }

  /** Whether nothing flies to another broker than this one. */
  mayLeaveFor(broker: Broker): boolean {
    return this.#broker === broker || !this.#sequences.sent.some(({ isFlying }) => isFlying)
  }

  /** Bytes of the batch that leaves next. */
  get nextBytes(): number {
    const next = this.#next()
    return (next === 'new' ? (this.#queue[0] ?? this.#open) : next)?.bytes ?? 0
  }

  /** Takes the next batch, which was prepared, out to be sent there; its first time it gets its sequence. */
  leave(broker: Broker): Batch {
    if (this.#broker !== broker) this.#reduce({ type: 'other-broker' })
    this.#broker = broker
    const next = this.#next()
    if (next !== 'new') {
      next!.left()
      this.#reduce({ type: 'left-again', batch: next! })
      return next!
    }
    const batch = this.#queue.shift()!
    batch.left()
    const { current } = this.#context.identity
    this.#reduce({ type: 'left', batch, count: batch.count, identity: current })
    return batch
  }

  /** What the batch is to be stamped with. */
  stampOf(batch: Batch): Stamp {
    const sent = this.#sequences.sent.find(entry => entry.batch === batch)
    return sent?.identity ? { ...sent.identity, baseSequence: sent.sequence } : unnumbered
  }

  /** Monotonic ms at which there is something to do here even if nothing happens until then. */
  nextAt(now: number): number {
    let at = Infinity
    const oldest = this.#oldest
    if (oldest) at = oldest.since + this.#context.settings.deliveryTimeoutMs
    if (now < this.#notBefore) return Math.min(at, this.#notBefore)
    if (this.#open && this.#queue.length === 0 && this.#next() === 'new') {
      const sendAt = this.#sendAt(this.#open)
      if (sendAt > now) at = Math.min(at, sendAt)
    }
    return at
  }

  /** The broker has it. */
  delivered(batch: Batch, baseOffset: bigint, timestamp: bigint): void {
    this.#attempts = 0
    this.#lastError = undefined
    batch.landed()
    this.#reduce({ type: 'acknowledged', batch }, { baseOffset, timestamp })
  }

  /** An attempt has failed. */
  refused(batch: Batch, error: KafkaError): void {
    batch.landed()
    this.#reduce(
      {
        type: 'refused',
        batch,
        verdict: verdictOn(error),
        maybeWritten: mayBeWritten(error),
        isDivisible: batch.calls > 1,
      },
      { error },
    )
  }

  /** Another broker than the one that refused it leads: there is no reason to wait. */
  ledBy(leader: number | undefined): void {
    if (leader !== undefined && leader >= 0 && leader !== this.#refusedBy) this.#notBefore = 0
  }

  /**
   * It is tried again after a pause.
   *
   * @param by node id of the broker that is to blame; -1: nobody leads
   */
  postpone(error: KafkaError, by = -1): void {
    this.#refusedBy = by
    this.#lastError = error
    const now = this.#context.now()
    if (isSoonOver(error)) this.#notBefore = now + soonOverMs
    // Batches that come back together have met one error.
    else if (now >= this.#notBefore) this.#notBefore = now + this.#context.pauseMs(this.#attempts++)
    this.#context.emit({ type: 'retry', at: this.at, error })
  }

  /** What it waited for has come. */
  resume(): void {
    this.#attempts = this.#notBefore = 0
  }

  /** Fails what is out of time, and what could not be compressed. */
  expire(now: number): void {
    this.#failUnsealed()
    const { deliveryTimeoutMs } = this.#context.settings
    for (let batch = this.#oldest; batch && now >= batch.since + deliveryTimeoutMs; batch = this.#oldest) {
      const error = outOfTime(batch, deliveryTimeoutMs, this.#lastError)
      if (this.#sequences.sent.some(sent => sent.batch === batch))
        this.#reduce({ type: 'expired', batch }, { error })
      else this.failQueue(error)
    }
  }

  /** Fails what is not on its way to the broker, also what came back from there. */
  giveUp(error: KafkaError): void {
    const grounded = this.#sequences.sent.find(({ isFlying, isOver }) => !isFlying && !isOver)
    if (grounded) this.#reduce({ type: 'expired', batch: grounded.batch }, { error })
    this.failQueue(error)
  }

  /** @param topicId another one than before: the topic was created again, and its log knows none of our sequences */
  writesTo(topicId: string | undefined): void {
    if (topicId === undefined || topicId === this.#topicId) return
    if (this.#topicId !== undefined) this.#reduce({ type: 'other-log' })
    this.#topicId = topicId
  }

  /** Fails what has not left. */
  failQueue(error: KafkaError): void {
    this.resume()
    this.seal({ ...this.#context.sealing(), codec: undefined })
    const queue = this.#queue
    this.#queue = []
    for (const batch of queue) this.#context.outcomes.fail(batch, error, false)
  }

  /** Fails everything, at once. */
  abandon(error: KafkaError): void {
    const { sent } = this.#sequences
    this.#sequences = noSequences<Batch>()
    for (const { batch, isFlying, isOver, maybeWritten } of sent)
      if (!isOver) this.#context.outcomes.fail(batch, error, maybeWritten || isFlying)
    this.failQueue(error)
  }

  /** Fails batches whose codec failed. Those behind them go on, since none of them had a sequence. */
  #failUnsealed(): void {
    for (const batch of this.#queue.filter(({ failure }) => failure !== undefined)) {
      this.#queue = this.#queue.filter(other => other !== batch)
      this.#context.outcomes.fail(batch, batch.failure!, false)
    }
  }

  #next(): Batch | 'new' | undefined {
    const { identity } = this.#context
    return nextToLeave(this.#sequences, identity.current, identity.isOn ? maxNumbered : maxUnnumbered)
  }

  #sendAt(open: Batch): number {
    return this.#isHurried ? open.since : open.since + this.#context.settings.bufferTime
  }

  /** The batch that waits longest for its outcome. */
  get #oldest(): Batch | undefined {
    return this.#sequences.sent.find(({ isOver }) => !isOver)?.batch ?? this.#queue[0] ?? this.#open
  }

  #reduce(event: SequenceEvent<Batch>, told: Told = {}): void {
    const { state, effects } = reduceSequences(this.#sequences, event)
    this.#sequences = state
    if (state.trouble === undefined && effects.length === 0) return
    for (const effect of effects) this.#apply(effect, told)
    if (state.trouble === undefined) this.#cause = undefined
  }

  #apply(effect: SequenceEffect<Batch>, { baseOffset = -1n, timestamp = -1n, error }: Told): void {
    const { outcomes, emit, identity } = this.#context
    switch (effect.type) {
      case 'deliver':
        return outcomes.deliver(effect.batch, baseOffset, timestamp)
      case 'found':
        return outcomes.deliver(effect.batch, -1n, -1n)
      case 'retry':
        if (effect.pause) this.postpone(error!, this.#broker?.id)
        return
      case 'fail':
        this.#cause ??= error!
        return outcomes.fail(effect.batch, this.#cause, effect.maybeWritten)
      case 'fail-queue':
        return this.failQueue(this.#cause ?? error!)
      case 'requeue':
        return this.#requeue(effect.batches, effect.divide)
      case 'renew':
        return identity.renew(effect.identity)
      case 'data-lost':
        return emit({ type: 'sequence-lost', at: this.at, error: error! })
    }
  }

  #requeue(batches: readonly Batch[], divide: Batch | undefined): void {
    const { flushes, emit } = this.#context
    const parts = batches.flatMap(batch => {
      if (batch !== divide) return [batch]
      emit({ type: 'batch-split', at: this.at, messages: batch.count })
      flushes.joined(batch.era)
      return batch.divided()
    })
    this.#queue.unshift(...parts)
  }
}
