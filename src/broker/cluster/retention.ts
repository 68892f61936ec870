import type { Partition } from './partition'

/** How much is let go of at a time: a sixteenth of the limit, so that it is not done with each append. */
const atATime = 1 / 16

export interface RetentionOptions {
  /** For all logs together; undefined: none. */
  readonly limitBytes: number | undefined
  readonly partitions: () => Iterable<Partition>
  /** Told of each partition that lost its oldest records. */
  readonly onDropped: (partition: Partition) => void
}

/** Keeps all logs together within a size: over it the oldest batches of the largest log go. */
export class Retention {
  readonly #options: RetentionOptions
  /** At least what the logs hold: what is deleted or truncated is noticed only when it matters. */
  #atMost = 0

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** So many bytes were appended somewhere. */
  grewBy(bytes: number): void {
    const { limitBytes } = this.#options
    this.#atMost += bytes
    if (limitBytes !== undefined && this.#atMost > limitBytes) this.#letGo(limitBytes)
  }

  #letGo(limitBytes: number): void {
    const partitions = [...this.#options.partitions()]
    this.#atMost = partitions.reduce((sum, { log }) => sum + log.sizeInBytes, 0)
    if (this.#atMost <= limitBytes) return
    const goal = limitBytes * (1 - atATime)
    const shortened = new Set<Partition>()
    while (this.#atMost > goal) {
      const largest = partitions.reduce((a, b) => (b.log.sizeInBytes > a.log.sizeInBytes ? b : a))
      this.#atMost -= largest.log.dropOldest()
      shortened.add(largest)
    }
    for (const partition of shortened) this.#options.onDropped(partition)
  }
}
