import type { Clock, Timer } from '../kernel'

/** After this long the event loop gets its turn, so that timers and sockets live. */
const yieldAfterMs = 10

interface TrampolineOptions {
  readonly clock: Clock
  /** Does one thing; false when there is nothing to do. */
  readonly step: () => boolean
  /** Called after each run, before the event loop gets its turn. */
  readonly rested: () => void
}

/** Runs steps from a turn of the event loop of their own: never from within one another, never for long. */
export class Trampoline {
  readonly #options: TrampolineOptions
  #turn: Timer | undefined
  #isRunning = false
  #isStopped = false

  constructor(options: TrampolineOptions) {
    this.#options = options
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isRunning || this.#isStopped) return
    this.#turn ??= this.#options.clock.soon(() => this.#run())
  }

  stop(): void {
    this.#isStopped = true
    this.#turn?.cancel()
  }

  #run(): void {
    const { clock, step, rested } = this.#options
    this.#turn = undefined
    const until = clock.monotonic() + yieldAfterMs
    let isMore = true
    this.#isRunning = true
    try {
      while (isMore && !this.#isStopped && (isMore = step())) if (clock.monotonic() >= until) break
    } finally {
      this.#isRunning = false
    }
    if (isMore) this.wake()
    if (!this.#isStopped) rested()
  }
}
