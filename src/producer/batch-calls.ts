import type { Delivery } from '../deferred'
import type { Receipt } from './receipt'

/** The calls of one batch, in order, each with the place of its first message. */
export class BatchCalls {
  readonly deliveries: Delivery<Receipt>[] = []
  /** For each call, how many messages are before it. */
  readonly starts: number[] = []
  #withdrawn: Set<Delivery<unknown>> | undefined

  get count(): number {
    return this.deliveries.length
  }

  /** Whether all were taken back. */
  get areWithdrawn(): boolean {
    return this.count === (this.#withdrawn?.size ?? 0)
  }

  /** Whether one or more were taken back. */
  get hasWithdrawn(): boolean {
    return this.#withdrawn !== undefined && this.#withdrawn.size > 0
  }

  /** Those that nobody took back. */
  get wanted(): readonly Delivery<Receipt>[] {
    return this.hasWithdrawn
      ? this.deliveries.filter(delivery => !this.isWithdrawn(delivery))
      : this.deliveries
  }

  /** @param start messages before it */
  enter(delivery: Delivery<Receipt>, start: number): void {
    this.starts.push(start)
    this.deliveries.push(delivery)
  }

  /** Answers whether it was not taken back before. */
  withdraw(delivery: Delivery<unknown>): boolean {
    const withdrawn = (this.#withdrawn ??= new Set())
    if (withdrawn.has(delivery)) return false
    withdrawn.add(delivery)
    return true
  }

  isWithdrawn(delivery: Delivery<unknown>): boolean {
    return this.#withdrawn?.has(delivery) === true
  }

  /** Where the messages of a call end, of so many in all. */
  endOf(call: number, messages: number): number {
    return this.starts[call + 1] ?? messages
  }

  /** How many of so many messages are of calls that were taken back. */
  withdrawnMessages(messages: number): number {
    if (!this.hasWithdrawn) return 0
    return this.deliveries.reduce(
      (sum, delivery, call) =>
        this.isWithdrawn(delivery) ? sum + this.endOf(call, messages) - this.starts[call]! : sum,
      0,
    )
  }

  /** The call that this message is of. */
  of(message: number): Delivery<Receipt> | undefined {
    return this.deliveries[this.starts.findLastIndex(start => start <= message)]
  }

  /** The first call of the second half of so many messages; both halves have at least one. */
  middle(messages: number): number {
    const { starts } = this
    for (let call = 1; call < starts.length - 1; call++) if (starts[call]! * 2 >= messages) return call
    return starts.length - 1
  }
}
