import type { Clock, Timer } from '../../kernel'
import type { PartitionLog } from '../log'

/** How often Kafka looks for producers that were long silent. */
const checkIntervalMs = 600_000

export interface ProducerExpiryOptions {
  readonly clock: Clock
  /** `producer.id.expiration.ms` */
  readonly expirationMs: () => number
  readonly logs: () => Iterable<PartitionLog>
}

/** Logs forget producers that wrote nothing for long. */
export class ProducerExpiry {
  readonly #options: ProducerExpiryOptions
  #timer: Timer | undefined

  constructor(options: ProducerExpiryOptions) {
    this.#options = options
  }

  /** Some log knows a producer: looks for it as long as one does. */
  begin(): void {
    this.#timer ??= this.#options.clock.after(checkIntervalMs, () => this.#look())
  }

  #look(): void {
    this.#timer = undefined
    const { clock, expirationMs, logs } = this.#options
    let known = 0
    for (const { producers } of logs()) {
      producers.expire(clock.now(), expirationMs())
      known += producers.size
    }
    if (known > 0) this.begin()
  }
}
