import type { Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Assign, Face, Mode, Reader } from '../reader'
import type { Session } from '../session'

const mode: Mode = { ack: 'manual', maxInFlightBatches: 1, maxInHand: 1, acksItself: true }

interface Waiter {
  readonly resolve: (result: IteratorResult<Batch>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches for `for await`: asking for the next one acks the one before; `break`, `return` and a throw ack nothing. Reads
 * from the first `next` on.
 */
export class BatchIterator implements AsyncIterableIterator<Batch> {
  readonly #open: (faceOf: (session: () => Session) => Face) => () => void
  #leave: (() => void) | undefined
  /** In the hand of whoever iterates. */
  #current: Batch | undefined
  /** Delivered, and not asked for yet. */
  #ahead: Batch | undefined
  #waiter: Waiter | undefined
  #failure: { readonly error: unknown } | undefined
  #isDone = false

  constructor(open: (faceOf: (session: () => Session) => Face) => () => void) {
    this.#open = open
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Batch>> {
    this.#current?.ack()
    this.#current = undefined
    return new Promise((resolve, reject) => {
      if (this.#waiter)
        return reject(new TypeError('next() was called while the one before had no answer yet'))
      this.#waiter = { resolve, reject }
      this.#begin()
      this.#answer()
    })
  }

  return(): Promise<IteratorResult<Batch>> {
    this.#isDone = true
    this.#ahead = undefined
    this.#leave?.()
    this.#answer()
    return Promise.resolve({ done: true, value: undefined })
  }

  #begin(): void {
    if (this.#leave || this.#isDone) return
    try {
      this.#leave = this.#open(session => ({
        next: batch => this.#came(batch),
        withdrawn: lines => this.#withdrawn(lines, session()),
        error: error => this.#ended({ error }),
        complete: () => this.#ended(),
      }))
    } catch (error) {
      this.#ended({ error })
    }
  }

  #came(batch: Batch): void {
    this.#ahead = batch
    this.#answer()
  }

  /** Of what nobody has seen nobody need be waited for. */
  #withdrawn(lines: readonly PartitionLine[], session: Session): undefined {
    const ahead = this.#ahead
    if (!ahead || !lines.some(({ inHand }) => inHand.has(ahead))) return
    this.#ahead = undefined
    session.abandon(ahead)
  }

  #ended(failure?: { readonly error: unknown }): void {
    this.#isDone = true
    this.#failure = failure
    this.#answer()
  }

  #answer(): void {
    const waiter = this.#waiter
    if (!waiter) return
    if (this.#ahead) {
      this.#waiter = undefined
      this.#current = this.#ahead
      this.#ahead = undefined
      waiter.resolve({ done: false, value: this.#current })
    } else if (this.#isDone) {
      this.#waiter = undefined
      if (this.#failure) waiter.reject(this.#failure.error)
      else waiter.resolve({ done: true, value: undefined })
    }
  }
}

/** One that reads with this reader. */
export function iterate(reader: Reader, assign: () => Assign): BatchIterator {
  return new BatchIterator(faceOf => reader.open(mode, assign(), faceOf))
}
