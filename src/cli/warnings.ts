import type { Clock, Logger } from 'rx-kafka'
import type { Shell } from './shell'

/** Between two words of the same, in ms. */
const intervalMs = 60_000

/** Tells a person of trouble that mends itself or not, while the command goes on: each text at most once a minute. */
export class Warnings {
  readonly #clock: Clock
  readonly #stderr: Shell['stderr']
  readonly #told = new Map<string, number>()
  readonly #verbose: boolean
  #awaited: boolean

  /** @param verbose everything is told, from the beginning */
  constructor({ clock, stderr }: Pick<Shell, 'clock' | 'stderr'>, verbose: boolean) {
    this.#clock = clock
    this.#stderr = stderr
    this.#verbose = verbose
    this.#awaited = verbose
  }

  /** The cluster was reached: from now on trouble is told. Before, the command fails and says why. */
  begin(): void {
    this.#awaited = true
  }

  readonly log: Logger = (level, text) => {
    const worth = level === 'warn' || level === 'error' || (this.#verbose && level === 'info')
    if (!this.#awaited || !worth || this.#wasTold(text)) return
    this.#stderr.write(`rx-kafka: ${text}\n`)
  }

  #wasTold(text: string): boolean {
    const now = this.#clock.monotonic()
    for (const [old, at] of this.#told) if (now - at >= intervalMs) this.#told.delete(old)
    if (this.#told.has(text)) return true
    this.#told.set(text, now)
    return false
  }
}
