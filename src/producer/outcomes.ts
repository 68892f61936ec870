import type { KafkaError } from '../kernel'
import { DeliveryError, OtherMessageError, TransactionAbortedError } from '../kernel'
import { fail, type Delivery, type UnheardFailures } from '../deferred'
import type { Batch } from './batch'
import type { BatchReport, Emit } from './event'
import type { Flushes } from './flushes'
import type { Receipt } from './receipt'

interface OutcomesContext {
  readonly emit: Emit
  readonly unheard: UnheardFailures
  readonly flushes: Flushes
  /** Told of everything that has failed, listened to or not. */
  readonly failed: (error: KafkaError) => void
  /** Told of each batch that was delivered, if anybody wants to know. */
  readonly report: (make: () => BatchReport) => void
  /** Monotonic ms. */
  readonly now: () => number
}

/** Does nothing but tell what has been done. Whoever hears it may send again at once. */
export type Telling = () => void

/** A message that the broker does not take. */
export interface RefusedRecord {
  /** Its place in the batch. */
  readonly index: number
  readonly error: KafkaError
}

interface Failure {
  /** Default false. */
  readonly maybeWritten?: boolean
  /** The messages that the cause is about, if that is known; else it is about all. */
  readonly records?: readonly RefusedRecord[] | undefined
}

/** Tells calls their outcomes: each exactly one. */
export class Outcomes {
  readonly #context: OutcomesContext

  constructor(context: OutcomesContext) {
    this.#context = context
  }

  /** @param baseOffset -1n when it is not known */
  deliver(batch: Batch, baseOffset: bigint, timestamp: bigint): void {
    const { flushes, report, now } = this.#context
    report(() => {
      const { at, count: messages, bytes, attempts, since } = batch
      return { at, messages, bytes, attempts, elapsedMs: now() - since }
    })
    batch.deliver(baseOffset, timestamp)
    flushes.ended(batch.era)
  }

  /** The messages of a batch have failed for good. */
  fail(batch: Batch, cause: KafkaError, { maybeWritten = false, records = [] }: Failure = {}): void {
    const { emit, flushes } = this.#context
    const { at, wanted: messages } = batch
    const failed = (why: KafkaError): KafkaError => new DeliveryError(at, why, maybeWritten)
    const own = new Map(records.map(({ index, error }) => [batch.callOf(index), failed(error)]))
    own.delete(undefined)
    const common = failed(own.size === 0 ? cause : new OtherMessageError('batch', cause))
    emit({ type: 'batch-failed', at, error: own.size === 0 ? common : failed(cause), messages })
    for (const delivery of batch.give()) this.refuse(delivery, own.get(delivery) ?? common)
    flushes.ended(batch.era)
  }

  /** A call that was accepted has failed. */
  refuse(delivery: Delivery<Receipt>, error: KafkaError): void {
    this.#context.failed(error)
    this.turnAway(delivery, error)
  }

  /** Ends one delivery with an error, and reports it when nobody listens. */
  turnAway(delivery: Delivery<Receipt>, error: KafkaError): void {
    // What an abort keeps from being sent is no news to whoever hears of the abort.
    const isAborted = [error, error.cause].some(one => one instanceof TransactionAbortedError)
    if (!delivery[fail](error) && !isAborted) this.#context.unheard.add(delivery, error)
  }
}
