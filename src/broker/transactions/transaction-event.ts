import type { TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { ProducerIdentity, Transaction, TransactionResult } from './transaction'

/** An event that may take a new producer id, if there is one to be had. */
interface MayTakeId {
  /** undefined while the broker fetches some. */
  readonly newProducerId: bigint | undefined
}

/** InitProducerId. */
export interface InitEvent extends MayTakeId {
  readonly type: 'init'
  readonly timeoutMs: number
  /** Who asks, if it says so (KIP-360). */
  readonly expected: ProducerIdentity | undefined
}

/** AddPartitionsToTxn, or the first batch for these partitions in version 12 of Produce and later (KIP-890). */
export interface AddEvent extends ProducerIdentity {
  readonly type: 'add'
  readonly partitions: readonly TopicPartition[]
}

/** A batch came for a partition: is that in the transaction (KIP-890)? */
export interface VerifyEvent extends ProducerIdentity {
  readonly type: 'verify'
  readonly partition: TopicPartition
}

/** EndTxn. */
export interface EndEvent extends ProducerIdentity, MayTakeId {
  readonly type: 'end'
  readonly result: TransactionResult
  /** Whether the producer goes on with the epoch that it is answered (version 5, KIP-890). */
  readonly bumpsEpoch: boolean
}

/** All markers of its end are written. */
export interface MarkedEvent {
  readonly type: 'marked'
}

/** Has it lasted too long? */
export interface TimeoutEvent extends MayTakeId {
  readonly type: 'timeout'
}

/** Has it been unused for too long? */
export interface ExpiryEvent {
  readonly type: 'expiry'
}

/** What happens to a transactional id. */
export type TransactionEvent =
  InitEvent | AddEvent | VerifyEvent | EndEvent | MarkedEvent | TimeoutEvent | ExpiryEvent

/** What the event is answered; -1 and -1n where there is no producer to name. */
export interface TransactionAnswer extends ProducerIdentity {
  readonly error: ErrorName
}

/** What is to be done besides: data, so that a test can count it. */
export interface TransactionEffect {
  readonly type: 'write-markers'
  readonly result: TransactionResult
  /** What the markers say. */
  readonly producer: ProducerIdentity
  readonly partitions: readonly TopicPartition[]
}

/** What an event makes of a transactional id. */
export interface Reduced {
  readonly state: Transaction
  readonly answer: TransactionAnswer
  readonly effects: readonly TransactionEffect[]
}
