import { readBatches, type RecordBatch } from '../../protocol'
import type { LogSource } from './append-context'
import { readBatchHeader } from './batch-header'
import type { ProducerStates } from './producer-states'
import type { StoredBatch } from './stored-batch'

/**
 * Makes the states of producers forget what was cut off at the end of a log: those concerned get what the remaining
 * batches say of them.
 *
 * @param batches that remain
 * @param endOffset of the log from now on
 */
export function restoreProducers(
  producers: ProducerStates,
  batches: Iterable<StoredBatch>,
  endOffset: bigint,
  source: LogSource,
): void {
  const concerned = [...producers].filter(({ lastOffset }) => lastOffset >= endOffset)
  const ids = new Set(concerned.map(({ producerId }) => producerId))
  producers.drop(ids)
  for (const stored of ids.size === 0 ? [] : batches) {
    const [batch] = readBatches(stored.bytes, source)
    if (batch !== undefined && ids.has(batch.producerId)) restore(producers, batch, stored)
  }
  producers.transactions.truncateEnd(endOffset, producers)
}

function restore(producers: ProducerStates, batch: RecordBatch, stored: StoredBatch): void {
  const control = batch.control()
  const header = readBatchHeader(stored.bytes)
  if (control === undefined) {
    producers.remember(header, stored)
  } else if (control.controlType === 'commit' || control.controlType === 'abort') {
    const { producerId, producerEpoch } = header
    const { controlType: type, coordinatorEpoch } = control
    producers.endTransaction({ type, producerId, producerEpoch, coordinatorEpoch }, stored)
  }
}
