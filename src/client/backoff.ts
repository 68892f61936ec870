import type { Clock, Random } from '../kernel'

/** How long a success must last before failures are forgotten: a broker that accepts and drops is not well. */
const steadyMs = 10_000

interface BackoffOptions {
  readonly initialMs: number
  readonly maxMs: number
  readonly clock: Clock
  readonly random: Random
}

/** The growing pause between attempts to reach one broker: doubled, capped, jittered by a fifth (KIP-144). */
export class Backoff {
  readonly #options: BackoffOptions
  #failures = 0
  #notBefore = 0
  #connectedAt: number | undefined

  constructor(options: BackoffOptions) {
    this.#options = options
  }

  /** Milliseconds until the next attempt is due; 0: at once. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic())
  }

  connected(): void {
    this.#connectedAt = this.#options.clock.monotonic()
  }

  /** An attempt failed, or an established connection was lost. */
  failed(): void {
    const now = this.#options.clock.monotonic()
    if (this.#connectedAt !== undefined && now - this.#connectedAt > steadyMs) this.#failures = 0
    this.#connectedAt = undefined
    this.#notBefore = now + this.#pause(this.#failures++)
  }

  #pause(failures: number): number {
    const { initialMs, maxMs, random } = this.#options
    return grownPause(initialMs, maxMs, failures, random)
  }
}

/** The pause before a question is asked again, in ms, after so many errors in a row before this one. */
export function retryPause(
  { retryBackoffMs, retryBackoffMaxMs, random }: RetryPauses,
  errorsBefore: number,
): number {
  return grownPause(retryBackoffMs, retryBackoffMaxMs, errorsBefore, random)
}

export interface RetryPauses {
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly random: Random
}

/** Doubled with every failure up to the cap, and jittered. */
function grownPause(firstMs: number, maxMs: number, failures: number, random: Random): number {
  return jittered(Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30)), random)
}

/** `ms` give or take a fifth, so that many clients do not knock at the same moment. */
export function jittered(ms: number, random: Random): number {
  return Math.round(ms * (0.8 + 0.4 * random()))
}
