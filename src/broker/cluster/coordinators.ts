import type { TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import { partitionByHash } from './java-hash'
import type { Partition } from './partition'
import type { Topics } from './topics'

/** What a coordinator looks after; Kafka's key types 0 and 1. */
export type Coordinated = 'group' | 'transaction'

/** The internal topics whose partition leaders are coordinators. */
export const coordinatorTopics = { group: '__consumer_offsets', transaction: '__transaction_state' } as const

/** Share groups are not served; their topic is one of Kafka's own all the same. */
const internalTopics: ReadonlySet<string> = new Set([
  ...Object.values(coordinatorTopics),
  '__share_group_state',
])

/** Whether it is one of Kafka's own, there or not. */
export function isInternalTopic(name: string): boolean {
  return internalTopics.has(name)
}

/** Who works from the topic of this name. */
export function coordinatedBy(name: string): Coordinated | undefined {
  return (['group', 'transaction'] as const).find(kind => coordinatorTopics[kind] === name)
}

/**
 * Who coordinates a group or a transactional id: the leader of the partition of an internal topic that its name hashes
 * to.
 */
export class Coordinators {
  readonly #topics: Topics
  /** Partitions whose leader has not read them yet. */
  readonly #loading = new Set<Partition>()

  constructor(topics: Topics) {
    this.#topics = topics
  }

  /** undefined while the internal topic does not exist. */
  partitionFor(kind: Coordinated, key: string): Partition | undefined {
    const topic = this.#topics.get(coordinatorTopics[kind])
    return topic?.partitions[partitionByHash(key, topic.partitions.length)]
  }

  /** The same by name and number. */
  placeOf(kind: Coordinated, key: string): TopicPartition | undefined {
    const partition = this.partitionFor(kind, key)
    return partition && { topic: partition.topic.name, partition: partition.index }
  }

  /** Why this broker does not serve that group or transactional id; undefined when it does. */
  refusal(kind: Coordinated, key: string, broker: number): ErrorName | undefined {
    const partition = this.partitionFor(kind, key)
    if (partition?.leader !== broker) return 'NOT_COORDINATOR'
    return this.#loading.has(partition) ? 'COORDINATOR_LOAD_IN_PROGRESS' : undefined
  }

  setLoading(partition: Partition, isLoading: boolean): void {
    if (isLoading) this.#loading.add(partition)
    else this.#loading.delete(partition)
  }
}
