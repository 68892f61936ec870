import type { SequencedBatch } from './sequenced-batch'
import type { StoredBatch } from './stored-batch'

/** A batch of a producer that its log remembers, to know it again. */
export interface RememberedBatch {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** Newest time of its records in milliseconds since the epoch; -1n when they have none. */
  readonly timestamp: bigint
}

/** What a log knows of one producer. */
export interface ProducerState {
  readonly producerId: bigint
  readonly epoch: number
  /** Epoch of the coordinator that ended its latest transaction; -1 without one. */
  readonly coordinatorEpoch: number
  /** Newest time of what it wrote last, by which it expires. */
  readonly lastTimestamp: bigint
  /** Offset of what it wrote last, a transaction's end included. */
  readonly lastOffset: bigint
  /** Where its transaction begins in this log; undefined while none goes on here. */
  readonly transactionStart: bigint | undefined
  /** Its latest batches in this epoch, oldest first. */
  readonly batches: readonly RememberedBatch[]
}

/** The end of a producer's transaction. */
export interface TransactionMarker {
  readonly type: 'commit' | 'abort'
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

/** So many batches are remembered, since a producer may have as many requests in flight. */
const remembered = 5

/** The state once a batch is in the log. */
export function afterBatch(
  known: ProducerState | undefined,
  { producerId, producerEpoch, baseSequence, lastSequence, isTransactional }: SequencedBatch,
  { baseOffset, lastOffset, maxTimestamp: timestamp }: StoredBatch,
): ProducerState {
  const earlier = known?.epoch === producerEpoch ? known.batches.slice(1 - remembered) : []
  return {
    producerId,
    epoch: producerEpoch,
    coordinatorEpoch: known?.coordinatorEpoch ?? -1,
    lastTimestamp: timestamp,
    lastOffset,
    transactionStart: known?.transactionStart ?? (isTransactional ? baseOffset : undefined),
    batches: [...earlier, { baseSequence, lastSequence, baseOffset, lastOffset, timestamp }],
  }
}

/** The state once a transaction's end is in the log. */
export function afterMarker(
  known: ProducerState | undefined,
  { producerId, producerEpoch, coordinatorEpoch }: TransactionMarker,
  { lastOffset, maxTimestamp }: StoredBatch,
): ProducerState {
  return {
    producerId,
    epoch: producerEpoch,
    coordinatorEpoch,
    lastTimestamp: maxTimestamp,
    lastOffset,
    transactionStart: undefined,
    batches: known?.epoch === producerEpoch ? known.batches : [],
  }
}
