import type { Clock, Timer } from '../kernel'

/** A clock whose timers all end at once: nothing happens in a cluster that is closed. */
export class ScopedClock implements Clock {
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, task: () => void): Timer {
    return this.#keep(task, run => this.#clock.after(ms, run))
  }

  soon(task: () => void): Timer {
    return this.#keep(task, run => this.#clock.soon(run))
  }

  /** Cancels every timer; from now on none is set. */
  end(): void {
    this.#isOver = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #keep(task: () => void, set: (run: () => void) => Timer): Timer {
    if (this.#isOver) return { cancel: () => undefined }
    const inner = set(() => {
      this.#timers.delete(timer)
      task()
    })
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer)
        inner.cancel()
      },
    }
    this.#timers.add(timer)
    return timer
  }
}
