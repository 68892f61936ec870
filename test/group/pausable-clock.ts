import type { Clock, Timer } from '../../src/kernel'

/** The time of a process that may be stopped for a while: what was due meanwhile happens at once when it goes on. */
export class PausableClock implements Clock {
  readonly #clock: Clock
  #due: (() => void)[] | undefined

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
    return this.#guarded(task, guarded => this.#clock.after(ms, guarded))
  }

  soon(task: () => void): Timer {
    return this.#guarded(task, guarded => this.#clock.soon(guarded))
  }

  pause(): void {
    this.#due ??= []
  }

  resume(): void {
    const due = this.#due ?? []
    this.#due = undefined
    for (const task of due) task()
  }

  #guarded(task: () => void, schedule: (guarded: () => void) => Timer): Timer {
    let isCancelled = false
    const timer = schedule(() => {
      if (this.#due === undefined) task()
      else this.#due.push(() => void (isCancelled || task()))
    })
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }
}
