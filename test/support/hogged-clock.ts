import type { Clock, Timer } from '../../src/kernel'

/** The time of a process whose code takes time without waiting: meanwhile nothing that is due happens in it. */
export class HoggedClock implements Clock {
  readonly #clock: Clock
  /** What is due, in order, while the process is not free. */
  readonly #due: (() => void)[] = []
  /** Ms by which the process is ahead of the time around it. */
  #owed = 0
  #isBusy = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() + this.#owed
  }

  monotonic(): number {
    return this.#clock.monotonic() + this.#owed
  }

  after(ms: number, task: () => void): Timer {
    return this.#guarded(task, guarded => this.#clock.after(ms, guarded))
  }

  soon(task: () => void): Timer {
    return this.#guarded(task, guarded => this.#clock.soon(guarded))
  }

  /** The code that runs now takes so long. */
  hog(ms: number): void {
    this.#owed += ms
    if (this.#isBusy) return
    this.#isBusy = true
    // By then all of it has run: how long that took is known.
    this.#clock.soon(() => this.#wait())
  }

  #wait(): void {
    this.#clock.after(this.#owed, () => {
      this.#owed = 0
      this.#isBusy = false
      while (!this.#isBusy && this.#due.length > 0) this.#due.shift()!()
    })
  }

  #guarded(task: () => void, schedule: (guarded: () => void) => Timer): Timer {
    let isCancelled = false
    const run = (): void => void (isCancelled || task())
    const timer = schedule(() => {
      if (this.#isBusy) this.#due.push(run)
      else run()
    })
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }
}
