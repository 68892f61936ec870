import type { Clock, Timer } from '../kernel'

/**
 * One timer for many deadlines. It only ever moves to an earlier time; when it rings, `ring` looks at what is due and
 * says when it wants to be woken next. So nothing is set or cancelled per request.
 */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: (now: number) => number
  #at = Infinity
  #timer: Timer | undefined

  /** @param ring answers the next time on the monotonic clock, or Infinity */
  constructor(clock: Clock, ring: (now: number) => number) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings at this time of the monotonic clock, or earlier. */
  by(at: number): void {
    if (at >= this.#at) return
    this.#timer?.cancel()
    this.#at = at
    this.#timer = this.#clock.after(at - this.#clock.monotonic(), () => {
      // A process that stood still for long must read what has arrived before it calls anything late.
      this.#timer = this.#clock.soon(() => this.#look())
    })
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#at = Infinity
  }

  #look(): void {
    this.cancel()
    const next = this.#ring(this.#clock.monotonic())
    if (next < Infinity) this.by(next)
  }
}
