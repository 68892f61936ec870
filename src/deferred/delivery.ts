import { CancelledError } from '../kernel'
import { Deferred } from './deferred'
import { fail, handOver, settle } from './levers'
import { underway } from './work'

/** Whoever carries messages: it has accepted the delivery, will settle it, and can still take it out for a while. */
export interface DeliveryOwner {
  /** Takes the message out if its batch is not sealed yet, and answers whether it did. Leaves settling to the caller. */
  withdraw(delivery: Delivery<unknown>): boolean
}

/**
 * What becomes of messages that were handed over. They were accepted when you got this: nothing needs to be
 * subscribed to or awaited for them to be sent, and unsubscribing only stops listening, so that `timeout`,
 * `switchMap` and `takeUntil` never lose a message. `retry` reads the same outcome again; to send again, wrap
 * the call in `defer`.
 *
 * A delivery that fails while nobody listens is reported in `events$` and, at most once a minute, as a process
 * warning. Whoever listens later still gets the error.
 */
export class Delivery<T> extends Deferred<T> {
  #owner: DeliveryOwner | undefined

  constructor(owner: DeliveryOwner) {
    super(underway)
    this.#owner = owner
  }

  /**
   * Takes the message back. True only if it was taken out before its batch was sealed, in which case it will never be
   * sent and the outcome is a `CancelledError`; false when it is too late, and the outcome is that of the sending.
   */
  cancel(): boolean {
    if (!this.#owner?.withdraw(this)) return false
    this[fail](new CancelledError('Delivery', { requestSent: false }))
    return true
  }

  [handOver](owner: DeliveryOwner): void {
    this.#owner = owner
  }

  override [settle](value: T): boolean {
    this.#owner = undefined
    return super[settle](value)
  }

  /** If it answers false, the delivery is for `UnheardFailures`. */
  override [fail](error: unknown): boolean {
    this.#owner = undefined
    return super[fail](error)
  }

  override get [Symbol.toStringTag](): string {
    return 'Delivery'
  }
}
