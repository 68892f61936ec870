import type { Clock, Timer } from '../kernel'
import type { Pending } from './pending'

/** What is to be written, gathered until the end of the turn, or longer while the broker wants a pause. */
export class Outbox {
  readonly #clock: Clock
  readonly #write: (batch: readonly Pending[]) => void
  #waiting: Pending[] = []
  #timer: Timer | undefined
  /** On the monotonic clock. */
  #pausedUntil = -Infinity

  /** @param write called once per turn with all that was given in it */
  constructor(clock: Clock, write: (batch: readonly Pending[]) => void) {
    this.#clock = clock
    this.#write = write
  }

  get size(): number {
    return this.#waiting.length
  }

  push(pending: Pending): void {
    this.#waiting.push(pending)
    this.#schedule()
  }

  remove(pending: Pending): void {
    this.#waiting = this.#waiting.filter(other => other !== pending)
  }

  /** Lets nothing out for so many ms; answers by how many that prolongs the pause. */
  pause(ms: number): number {
    const now = this.#clock.monotonic()
    const before = Math.max(this.#pausedUntil, now)
    this.#pausedUntil = Math.max(before, now + ms)
    return this.#pausedUntil - before
  }

  /** Lets nothing out any more, and hands over what is left. */
  takeAll(): readonly Pending[] {
    this.#timer?.cancel()
    const left = this.#waiting
    this.#waiting = []
    return left
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    const pauseMs = this.#pausedUntil - this.#clock.monotonic()
    const flush = (): void => this.#flush()
    this.#timer = pauseMs > 0 ? this.#clock.after(pauseMs, flush) : this.#clock.soon(flush)
  }

  #flush(): void {
    this.#timer = undefined
    if (this.#pausedUntil > this.#clock.monotonic()) this.#schedule()
    else if (this.#waiting.length > 0) this.#write(this.takeAll())
  }
}
