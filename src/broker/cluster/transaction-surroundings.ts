import type { Clock, TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { GroupCoordinator } from '../groups'
import type { Surroundings } from '../transactions'
import type { BrokerNode } from './broker-node'
import { coordinatorTopics, type Coordinators } from './coordinators'
import type { Partition } from './partition'
import type { ProducerIds } from './producer-ids'
import type { Retention } from './retention'
import type { Topics } from './topics'

type EndMarker = Parameters<Surroundings['writeMarker']>[1]

/** What of a cluster transactions touch. */
export interface TransactionParts {
  readonly nodes: ReadonlyMap<number, BrokerNode>
  readonly topics: Topics
  readonly coordinators: Coordinators
  readonly producerIds: ProducerIds
  readonly groups: GroupCoordinator
  readonly retention: Retention
}

/** What the transaction coordinators need of their cluster. */
export class TransactionSurroundings implements Surroundings {
  readonly #parts: TransactionParts
  readonly #clock: Clock

  constructor(parts: TransactionParts, clock: Clock) {
    this.#parts = parts
    this.#clock = clock
  }

  coordinatorEpoch(transactionalId: string): number | undefined {
    const { coordinators } = this.#parts
    const partition = this.#stateOf(transactionalId)
    if (partition === undefined || !this.#isLed(partition)) return undefined
    const refusal = coordinators.refusal('transaction', transactionalId, partition.leader)
    return refusal === undefined ? partition.leaderEpoch : undefined
  }

  canStore(transactionalId: string): boolean {
    const partition = this.#stateOf(transactionalId)
    return partition === undefined || partition.isr.length >= partition.settings.minInsyncReplicas
  }

  nextProducerId(transactionalId: string): bigint | undefined {
    return this.#parts.producerIds.peek(this.#stateOf(transactionalId)?.leader ?? -1)
  }

  takeProducerId(transactionalId: string): void {
    this.#parts.producerIds.take(this.#stateOf(transactionalId)?.leader ?? -1)
  }

  writeMarker(where: TopicPartition, marker: EndMarker): boolean {
    const partition = this.#parts.topics.get(where.topic)?.partitions[where.partition]
    if (partition === undefined) return true
    if (!this.#isLed(partition)) return false
    // What is refused there has ended already, and differently: nothing is left to do.
    this.end(partition, marker)
    return true
  }

  /** The transaction ends in this partition; NONE, or why that is refused. */
  end(partition: Partition, marker: EndMarker): ErrorName {
    if (partition.topic.name === coordinatorTopics.group) {
      this.#endOffsets(partition, marker)
      return 'NONE'
    }
    const { log, leaderEpoch } = partition
    const before = log.sizeInBytes
    const { error } = log.appendControl(marker, { leaderEpoch, now: this.#clock.now() })
    if (error !== undefined) return error
    partition.changed()
    this.#parts.retention.grewBy(log.sizeInBytes - before)
    return 'NONE'
  }

  /** Groups are kept beside their log, and so are the offsets that wait for the end of a transaction. */
  #endOffsets(partition: Partition, { producerId, type }: EndMarker): void {
    const { groups, coordinators } = this.#parts
    groups.endTransaction(
      group => coordinators.partitionFor('group', group) === partition,
      producerId,
      type === 'commit',
    )
  }

  #stateOf(transactionalId: string): Partition | undefined {
    return this.#parts.coordinators.partitionFor('transaction', transactionalId)
  }

  #isLed({ leader }: Partition): boolean {
    return this.#parts.nodes.get(leader)?.isUp ?? false
  }
}
