import type { Broker } from '../client'
import type { Clock } from '../kernel'

/** Requests on their way to one broker at a time; while all are, messages gather in their batches. */
const maxRequests = 5

/** Requests on their way to brokers: how many, and since when. */
export class Unanswered {
  readonly #clock: Clock
  /** Monotonic ms at which each left, oldest first. */
  readonly #left = new Map<Broker, number[]>()
  /** Who waits until there is none. */
  #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the broker takes no other one now. */
  isFull(broker: Broker): boolean {
    return (this.#left.get(broker)?.length ?? 0) >= maxRequests
  }

  /** Ms since the oldest of them left; undefined when there is none. */
  silentMs(broker: Broker): number | undefined {
    const left = this.#left.get(broker)
    return left && Math.round(this.#clock.monotonic() - left[0]!)
  }

  leaves(broker: Broker): void {
    const now = this.#clock.monotonic()
    const left = this.#left.get(broker)
    if (left) left.push(now)
    else this.#left.set(broker, [now])
  }

  /** The oldest: answers come in order, and when a connection fails all that it carried come back. */
  cameBack(broker: Broker): void {
    const left = this.#left.get(broker)!
    left.shift()
    // A broker that has left the cluster must not be remembered.
    if (left.length === 0) this.#left.delete(broker)
    if (this.#left.size === 0) for (const tell of this.#waiting.splice(0)) tell()
  }

  /** Resolves when none is on its way to any broker. */
  none(): Promise<void> {
    if (this.#left.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }
}
