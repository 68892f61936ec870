import { inspect, type Clock } from '../kernel'
import type { Delivery } from './delivery'
import { heard } from './levers'

/** Deliveries that failed with this error while nobody listened. */
export interface UnheardFailure {
  readonly type: 'delivery-unheard'
  readonly error: unknown
  /** How many deliveries ended with it in the same turn. */
  readonly deliveries: number
}

/** Between two process warnings, in ms. */
const warningInterval = 60_000

interface Suspect {
  readonly delivery: Delivery<unknown>
  readonly error: unknown
}

/**
 * Sees to it that no delivery fails in silence. A failure counts as unheard when nobody has listened by the next turn
 * of the event loop, so that code which is just about to `await` its delivery is not accused. Failures of one
 * turn with the same error make one event; all of them together make at most one process warning a minute.
 */
export class UnheardFailures {
  readonly #clock: Clock
  readonly #emit: (failure: UnheardFailure) => void
  readonly #warn: (text: string) => void
  #suspects: Suspect[] = []
  #unwarned = 0
  #nextWarning = -Infinity

  /** @param warn tells a person; default: a process warning `RxKafkaWarning` */
  constructor(clock: Clock, emit: (failure: UnheardFailure) => void, warn = processWarning) {
    this.#clock = clock
    this.#emit = emit
    this.#warn = warn
  }

  /** To be called when `delivery[fail](error)` has answered false. */
  add(delivery: Delivery<unknown>, error: unknown): void {
    if (this.#suspects.length === 0) this.#clock.soon(() => this.#judge())
    this.#suspects.push({ delivery, error })
  }

  #judge(): void {
    const suspects = this.#suspects
    this.#suspects = []
    const deliveries = new Map<unknown, number>()
    for (const { delivery, error } of suspects)
      if (!delivery[heard]) deliveries.set(error, (deliveries.get(error) ?? 0) + 1)
    for (const [error, count] of deliveries) {
      this.#unwarned += count
      this.#emit({ type: 'delivery-unheard', error, deliveries: count })
    }
    const [latest] = deliveries.keys()
    if (deliveries.size > 0) this.#warnOf(latest)
  }

  #warnOf(error: unknown): void {
    const now = this.#clock.monotonic()
    if (now < this.#nextWarning) return
    const what = this.#unwarned === 1 ? '1 delivery has' : `${this.#unwarned} deliveries have`
    this.#nextWarning = now + warningInterval
    this.#unwarned = 0
    this.#warn(
      `${what} failed and nobody listened: ${error instanceof Error ? error.message : inspect(error)}; ` +
        'await what send returns or subscribe to it with an error handler',
    )
  }
}

function processWarning(text: string): void {
  process.emitWarning(text, { type: 'RxKafkaWarning', code: 'RX_KAFKA_DELIVERY_UNHEARD' })
}
