import type { TopicPartition } from '../../kernel'
import type { ProducerIdentity, TransactionResult } from './transaction'

/** The end of a transaction, as it is written to each of its partitions. */
export interface EndMarker extends ProducerIdentity {
  readonly type: TransactionResult
  readonly coordinatorEpoch: number
}

/** What the coordinators have around them. */
export interface Surroundings {
  /** The epoch of the coordinator of this transactional id; undefined while nobody is. */
  coordinatorEpoch(transactionalId: string): number | undefined
  /** Whether its coordinator can store anything: enough replicas of what it keeps are in sync. */
  canStore(transactionalId: string): boolean
  /** An id that no producer had before, left where it is; undefined while some are fetched. */
  nextProducerId(transactionalId: string): bigint | undefined
  /** That id is taken. */
  takeProducerId(transactionalId: string): void
  /** Writes it, to a partition that is gone as well; false where that has to be tried again. */
  writeMarker(partition: TopicPartition, marker: EndMarker): boolean
}
