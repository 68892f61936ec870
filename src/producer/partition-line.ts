import type { TopicPartition } from '../kernel'
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
  /** Errors in a row. */
  attempts = 0
  #identity: ProducerIdentity | undefined
  #nextSequence = 0

  constructor(at: TopicPartition, settings: ProducerSettings) {
    this.at = at
    this.#settings = settings
  }

  get isEmpty(): boolean {
    return this.inFlight === undefined && this.#queue.length === 0 && this.#open === undefined
  }

  /** Adds a call to the open batch; a batch that is full is sealed. Says whether a batch was begun. */
  add(call: SendCall, now: number): boolean {
    const { bufferBytes, bufferCount = Infinity, maxBatchBytes } = this.#settings
    const limit = Math.min(bufferBytes, maxBatchBytes)
    if (this.#open && this.#open.bytes + call.bytes > limit) this.seal()
    const isFirst = this.#open === undefined
    const open = (this.#open ??= new Batch(this.at, now))
    open.add(call)
    if (open.bytes >= limit || open.count >= bufferCount) this.seal()
    return isFirst
  }

  /** Fixes the open batch. */
  seal(): void {
    const open = this.#open
    this.#open = undefined
    if (!open || open.calls.length === 0) return
    open.isSealed = true
    this.#queue.push(open)
  }

  /** Seals the open batch when it has waited long enough. */
  sealDue(now: number): void {
    if (this.#open && now - this.#open.since >= this.#settings.bufferTime) this.seal()
  }

  /** Whether a batch may be sent now. */
  isReady(now: number): boolean {
    return this.inFlight === undefined && this.#queue.length > 0 && now >= this.notBefore
  }

  /** The next sealed batch, without taking it. */
  get head(): Batch | undefined {
    return this.#queue[0]
  }

  /** Takes the next batch to be sent; its first time it gets its sequence. */
  take(identity: ProducerIdentity | undefined): Batch {
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
