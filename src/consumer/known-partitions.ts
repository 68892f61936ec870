import type { TopicPartition } from '../kernel'
import type { Cluster } from '../client'
import { errorCode } from '../protocol'

const unknownTopic = errorCode('UNKNOWN_TOPIC_OR_PARTITION')

/** How many partitions topics had when they were first looked at: what was added since is read from its beginning. */
export class KnownPartitions {
  readonly #counts = new Map<string, number>()

  /** Takes note of topics that were not looked at before. */
  note(topics: readonly string[], cluster: Cluster): void {
    for (const topic of topics) {
      const isMissing = cluster.topicErrors.get(topic) === unknownTopic
      const count = isMissing ? 0 : cluster.topics.get(topic)?.partitions.size
      if (count !== undefined && !this.#counts.has(topic)) this.#counts.set(topic, count)
    }
  }

  isAdded({ topic, partition }: TopicPartition): boolean {
    return partition >= (this.#counts.get(topic) ?? Infinity)
  }
}
