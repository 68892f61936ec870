import type { AnyBatch, Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Assign, Face, Mode, Reader } from '../reader'
import type { Session } from '../session'

const mode: Mode = { ack: 'manual', maxInFlightBatches: 1, maxInHand: 1, acksItself: true }

interface Waiter<K, V> {
  readonly resolve: (result: IteratorResult<Batch<K, V>>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches for `for await`: asking for the next one acks the one before; `break`, `return` and a throw ack nothing. Reads
 * from the first `next` on.
 */
export class BatchIterator<K, V> implements AsyncIterableIterator<Batch<K, V>> {
  readonly #open: (faceOf: (session: () => Session) => Face) => () => void
  readonly #ended: () => Promise<void>
  #leave: (() => void) | undefined
  /** In the hand of whoever iterates. */
  #current: Batch<K, V> | undefined
  /** Delivered, and not asked for yet. */
  #ahead: Batch<K, V> | undefined
  #waiter: Waiter<K, V> | undefined
  #failure: { readonly error: unknown } | undefined
  #isDone = false

  /** @param ended resolves when the subscription has ended wholly */
  constructor(open: (faceOf: (session: () => Session) => Face) => () => void, ended: () => Promise<void>) {
    this.#open = open
    this.#ended = ended
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Batch<K, V>>> {
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

  /** Resolves when what was acked is committed. */
  async return(): Promise<IteratorResult<Batch<K, V>>> {
    this.#isDone = true
    this.#ahead = undefined
    this.#leave?.()
    this.#answer()
    await this.#ended()
    return { done: true, value: undefined }
  }

  #begin(): void {
    if (this.#leave || this.#isDone) return
    try {
      this.#leave = this.#open(session => ({
        next: (batch: Batch<K, V>) => this.#came(batch),
        returned: batch => this.#returned(batch),
        withdrawn: lines => this.#withdrawn(lines, session()),
        error: error => this.#over({ error }),
        complete: () => this.#over(),
      }))
    } catch (error) {
      this.#over({ error })
    }
  }

  #came(batch: Batch<K, V>): void {
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

  /** It comes again: asking for the next one does not ack it. */
  #returned(batch: AnyBatch): void {
    if (this.#current === batch) this.#current = undefined
  }

  #over(failure?: { readonly error: unknown }): void {
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
export function iterate<K, V>(reader: Reader, assign: () => Assign): BatchIterator<K, V> {
  return new BatchIterator<K, V>(
    faceOf => reader.open(mode, assign(), faceOf),
    () => reader.ended,
  )
}
