import type { KafkaError, TopicPartition } from '../kernel'
import { Batch } from './batch'
import type { ProducerIdentity } from './identity'
import type { ProducerSettings } from './options'
import type { SendCall } from './send-call'

const sequences = 2 ** 31

/**
 * The batches of one partition, in order: sealed ones wait in a queue, the open one behind them takes calls. At most
 * one is in flight, so nothing can overtake.
 */
export class PartitionLine {
  readonly at: TopicPartition
  readonly #settings: ProducerSettings
  #open: Batch | undefined
  #queue: Batch[] = []
  inFlight: Batch | undefined
  /** Monotonic ms before which nothing is sent, after an error. */
  notBefore = 0
  /** Errors in a row, and the last of them. */
  attempts = 0
  lastError: KafkaError | undefined
  #identity: ProducerIdentity | undefined
  #nextSequence = 0

  constructor(at: TopicPartition, settings: ProducerSettings) {
    this.at = at
    this.#settings = settings
  }

  get isEmpty(): boolean {
    return this.inFlight === undefined && this.#queue.length === 0 && this.#open === undefined
  }

  /** Adds a call to the open batch; a batch that is full is sealed. Says whether there is a new batch to look at. */
  add(call: SendCall): boolean {
    const { bufferBytes, bufferCount = Infinity, maxBatchBytes } = this.#settings
    const limit = Math.min(bufferBytes, maxBatchBytes)
    if (this.#open && this.#open.bytes + call.bytes > limit) this.seal()
    // One whose calls were all taken back would not count from the first call that it sends.
    const isFirst = this.#open === undefined || this.#open.calls.length === 0
    const open = isFirst ? new Batch(this.at, call.at) : this.#open!
    this.#open = open
    open.add(call)
    const isFull = open.bytes >= limit || open.count >= bufferCount
    if (isFull) this.seal()
    return isFirst || isFull
  }

  /** Fixes the open batch. */
  seal(): void {
    const open = this.#open
    this.#open = undefined
    if (!open || open.calls.length === 0) return
    open.isSealed = true
    this.#queue.push(open)
  }

  /** Whether a batch may be sent now. The open one is not sealed before it can leave, so that it grows under load. */
  isReady(now: number): boolean {
    return this.inFlight === undefined && this.head !== undefined && now >= this.#sendAt
  }

  /** Monotonic ms after `now` at which there is something to do here even if nothing happens until then. */
  nextAt(now: number): number {
    if (this.inFlight !== undefined || this.head === undefined) return Infinity
    const sendAt = this.#sendAt
    return Math.min(sendAt > now ? sendAt : Infinity, this.head.since + this.#settings.deliveryTimeoutMs)
  }

  get #sendAt(): number {
    if (this.#queue.length > 0) return this.notBefore
    return Math.max(this.notBefore, (this.#open?.since ?? Infinity) + this.#settings.bufferTime)
  }

  /** The batch that is to be sent next, be it sealed or open. */
  get head(): Batch | undefined {
    return this.#queue[0] ?? (this.#open && this.#open.calls.length > 0 ? this.#open : undefined)
  }

  /** Takes the next batch to be sent, sealed; its first time it gets its sequence. */
  take(identity: ProducerIdentity | undefined): Batch {
    if (this.#queue.length === 0) this.seal()
    const batch = this.#queue.shift()!
    if (identity !== this.#identity) {
      this.#identity = identity
      this.#nextSequence = 0
    }
    if (identity && !batch.sequenced) {
      batch.sequenced = { identity, baseSequence: this.#nextSequence }
      this.#nextSequence = (this.#nextSequence + batch.count) % sequences
    }
    this.inFlight = batch
    return batch
  }

  /** Puts batches back at the head of the line, to be sent (again) in this order. */
  putBack(...batches: readonly Batch[]): void {
    this.inFlight = undefined
    this.#queue.unshift(...batches)
  }

  /** The trouble is over, one way or the other. */
  recovered(): void {
    this.inFlight = undefined
    this.attempts = 0
    this.lastError = undefined
  }

  /** The batch in flight did not take its sequence: the next one gets it. */
  returnSequence(batch: Batch): void {
    const { sequenced } = batch
    if (sequenced && sequenced.identity === this.#identity) this.#nextSequence = sequenced.baseSequence
    batch.forgetSequence()
  }

  /** Everything that waits, taken out. */
  drop(): readonly Batch[] {
    this.seal()
    const dropped = this.#queue
    this.#queue = []
    return dropped
  }
}
