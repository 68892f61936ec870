import type { Clock } from './clock'

/** Trouble that passes sooner is not worth a word, in ms. */
const patienceMs = 5000
/** Between two words, in ms. */
const intervalMs = 60_000

/**
 * Tells a person of trouble that lasts, so that nothing waits in silence: after five seconds, and then once a minute
 * until it is mended.
 */
export class LastingTrouble {
  readonly #clock: Clock
  readonly #warn: (text: string) => void
  #since: number | undefined
  #nextWord = -Infinity

  /** @param warn default: a process warning `RxKafkaWarning` with code `RX_KAFKA_TROUBLE` */
  constructor(clock: Clock, warn: (text: string) => void = processWarning) {
    this.#clock = clock
    this.#warn = warn
  }

  /** It is still there. `text` is asked for only when it is told. */
  goesOn(text: () => string): void {
    const now = this.#clock.monotonic()
    this.#since ??= now
    if (now - this.#since < patienceMs || now < this.#nextWord) return
    this.#nextWord = now + intervalMs
    this.#warn(`for ${Math.round((now - this.#since) / 1000)} s: ${text()}`)
  }

  mended(): void {
    this.#since = undefined
  }
}

function processWarning(text: string): void {
  process.emitWarning(text, { type: 'RxKafkaWarning', code: 'RX_KAFKA_TROUBLE' })
}
