import type { Clock } from '../../kernel'

export interface BalancerOptions {
  readonly clock: Clock
  /** How long it waits, in ms; asked each time. */
  readonly intervalMs: () => number
  /** Gives partitions back to their preferred leaders. */
  readonly balance: () => void
}

/** As the controller does now and then: a broker that came back leads again what it should. */
export class Balancer {
  readonly #options: BalancerOptions
  #isWaiting = false

  constructor(options: BalancerOptions) {
    this.#options = options
  }

  /** Balances once the interval is over, unless it is to do so anyway. */
  balanceLater(): void {
    const { clock, intervalMs, balance } = this.#options
    if (this.#isWaiting) return
    this.#isWaiting = true
    clock.after(intervalMs(), () => {
      this.#isWaiting = false
      balance()
    })
  }
}
