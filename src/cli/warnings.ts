import type { Clock, Logger } from 'rx-kafka'
import type { Shell } from './shell'

/** Between two words of the same, in ms. */
const intervalMs = 60_000

/** Tells a person of trouble that mends itself or not, while the command goes on: each text at most once a minute. */
export class Warnings {
  readonly #clock: Clock
  readonly #stderr: Shell['stderr']
  readonly #told = new Map<string, number>()
  readonly #isVerbose: boolean
  #isAwaited: boolean

  /** @param verbose everything is told, from the beginning */
  constructor({ clock, stderr }: Pick<Shell, 'clock' | 'stderr'>, verbose: boolean) {
    this.#clock = clock
    this.#stderr = stderr
    this.#isVerbose = verbose
    this.#isAwaited = verbose
  }

  /** The cluster was reached: from now on trouble is told. Before, the command fails and says why. */
  begin(): void {
    this.#isAwaited = true
  }

  readonly log: Logger = (level, text) => this.tell(level, text)

  /** @param subject texts of one subject are taken for the same; default: the text itself */
  tell(level: Parameters<Logger>[0], text: string, subject = text): void {
    const isTrouble = level === 'warn' || level === 'error'
    const isWorth = isTrouble ? this.#isAwaited : this.#isVerbose && level === 'info'
    if (isWorth && !this.#wasTold(subject)) this.#stderr.write(`rx-kafka: ${text}\n`)
  }

  #wasTold(subject: string): boolean {
    const now = this.#clock.monotonic()
    for (const [old, at] of this.#told) if (now - at >= intervalMs) this.#told.delete(old)
    if (this.#told.has(subject)) return true
    this.#told.set(subject, now)
    return false
  }
}
