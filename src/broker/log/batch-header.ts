import { batchAttributes, batchLayout } from '../../protocol'
import { advanceSequence } from './sequence'
import type { SequencedBatch } from './sequenced-batch'

/** What the log asks of the header of a batch that it takes in. */
export interface BatchHeader extends SequencedBatch {
  readonly lastOffsetDelta: number
  readonly maxTimestamp: bigint
}

/** Reads it from a batch of format 2. */
export function readBatchHeader(batch: Buffer): BatchHeader {
  const lastOffsetDelta = batch.readInt32BE(batchLayout.lastOffsetDelta)
  const baseSequence = batch.readInt32BE(batchLayout.baseSequence)
  return {
    lastOffsetDelta,
    maxTimestamp: batch.readBigInt64BE(batchLayout.maxTimestamp),
    producerId: batch.readBigInt64BE(batchLayout.producerId),
    producerEpoch: batch.readInt16BE(batchLayout.producerEpoch),
    baseSequence,
    isTransactional: (batch.readInt16BE(batchLayout.attributes) & batchAttributes.transactional) !== 0,
    lastSequence: advanceSequence(baseSequence, lastOffsetDelta),
  }
}
