import type { TopicPartition } from '../kernel'
import type { Cluster } from '../client'

/** How many partitions topics had when they were first looked at: what was added since is read from its beginning. */
export class KnownPartitions {
  readonly #counts = new Map<string, number>()

  /** Takes note of topics that were not looked at before. */
  note(topics: readonly string[], cluster: Cluster): void {
    for (const topic of topics) {
      const count = cluster.topics.get(topic)?.partitions.size
      if (count !== undefined && !this.#counts.has(topic)) this.#counts.set(topic, count)
    }
  }

  isAdded({ topic, partition }: TopicPartition): boolean {
    return partition >= (this.#counts.get(topic) ?? Infinity)
  }
}
