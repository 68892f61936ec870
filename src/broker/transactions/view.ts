import type { TopicPartition } from '../../kernel'
import type { Transaction, TransactionState } from './transaction'

/** A transactional id as a test may look at it. */
export interface TransactionView {
  readonly transactionalId: string
  readonly state: TransactionState
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Those of the transaction that goes on, or is being ended. */
  readonly partitions: readonly TopicPartition[]
  /** After so many ms the coordinator aborts it. */
  readonly timeoutMs: number
  /** When the latest transaction began, in ms since the epoch; -1 while there was none. */
  readonly startedAt: number
}

export function viewTransaction({
  transactionalId,
  state,
  producerId,
  producerEpoch,
  partitions,
  timeoutMs,
  startedAt,
}: Transaction): TransactionView {
  return { transactionalId, state, producerId, producerEpoch, partitions, timeoutMs, startedAt }
}
