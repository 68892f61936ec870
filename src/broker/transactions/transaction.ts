import type { TopicPartition } from '../../kernel'

/** States of a transactional id, by the names that DescribeTransactions and ListTransactions show. */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
] as const

export type TransactionState = (typeof transactionStates)[number]

/** How a transaction ends. */
export type TransactionResult = 'commit' | 'abort'

/** A producer as it names itself. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** All that a coordinator knows of a transactional id. One that does not exist is Dead. Times in ms of the clock. */
export interface Transaction extends ProducerIdentity {
  readonly transactionalId: string
  readonly state: TransactionState
  /** The id before this one, where a producer may not know yet that its epochs were exhausted; -1n for none. */
  readonly previousProducerId: bigint
  /** The id from the end of this transaction on, as the epochs of the present one are exhausted; -1n for none. */
  readonly nextProducerId: bigint
  /** The epoch before this one, if the same instance of the producer had it (KIP-360); -1 for none. */
  readonly lastProducerEpoch: number
  /** After so long without an end the coordinator aborts it. */
  readonly timeoutMs: number
  /** Those written to, or about to be, in the order in which they came. */
  readonly partitions: readonly TopicPartition[]
  /** -1 while there was none since the producer began. */
  readonly startedAt: number
  /** When something was stored of it last, by which it expires. */
  readonly updatedAt: number
}

export const noProducerId = -1n
export const noEpoch = -1
const lastEpochGiven = 0x7fff - 1

/** What is known of any transactional id before its first InitProducerId. */
export function noTransaction(transactionalId: string): Transaction {
  return {
    transactionalId,
    state: 'Dead',
    producerId: noProducerId,
    producerEpoch: noEpoch,
    previousProducerId: noProducerId,
    nextProducerId: noProducerId,
    lastProducerEpoch: noEpoch,
    timeoutMs: 0,
    partitions: [],
    startedAt: -1,
    updatedAt: 0,
  }
}

/** Whether the markers of its end are being written: until they are, nobody may change anything. */
export function isEnding({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}

/** Whether no producer gets a higher epoch than this under the same id: one more is kept for the coordinator. */
export function isExhausted(epoch: number): boolean {
  return epoch >= lastEpochGiven
}

export function isIn({ partitions }: Transaction, { topic, partition }: TopicPartition): boolean {
  return partitions.some(one => one.partition === partition && one.topic === topic)
}
