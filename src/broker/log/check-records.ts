import { batchLayout, type RecordBatch } from '../../protocol'
import type { AppendContext } from './append-context'
import { findRecordErrors } from './record-errors'
import { refuse, type Refusal } from './refusal'
import { RecordDamage, scanRecords, type RecordScan } from './scan-records'

/** Records that may be appended. */
export interface CheckedRecords {
  /** As they are before compression. */
  readonly records: Buffer
  /** Milliseconds since the epoch; -1n when none has a time. */
  readonly maxTimestamp: bigint
}

/** Judges the records of a batch whose header is in order. */
export function checkRecords(batch: RecordBatch, context: AppendContext): CheckedRecords | Refusal {
  const records = decompressed(batch, context)
  const scan = walk(records, batch.count!)
  if (scan instanceof RecordDamage) return refuse('INVALID_RECORD', scan.message)
  if (!scan.isContiguous) return refuseOffsets(batch)
  if ((scan.lacksKey && context.settings.cleanupPolicy.compact) || !timesAreFine(batch, scan, context)) {
    const refusal = findRecordErrors(batch, context)
    if (refusal !== undefined) return refusal
  }
  return { records, maxTimestamp: maxTimestampOf(batch, scan) }
}

function decompressed(
  { compression, bytes }: RecordBatch,
  { codecs, maxDecompressedBytes }: AppendContext,
): Buffer {
  const stored = bytes.subarray(batchLayout.records)
  return compression === undefined || compression === 'none'
    ? stored
    : codecs(compression).decompress(stored, maxDecompressedBytes)
}

function walk(records: Buffer, count: number): RecordScan | RecordDamage {
  try {
    return scanRecords(records, count)
  } catch (error) {
    if (error instanceof RecordDamage) return error
    throw error
  }
}

/**
 * Deltas other than 0, 1, 2 and so on. Kafka fails over a compressed batch in an unforeseen way. An uncompressed one
 * it would write as it is, with records outside of the batch or twice at one offset: nobody can want that.
 */
function refuseOffsets({ compression }: RecordBatch): Refusal {
  const error = compression === 'none' ? 'INVALID_RECORD' : 'UNKNOWN_SERVER_ERROR'
  return refuse(error, 'offset deltas are not 0, 1, 2 and so on')
}

/** Whether no record can have a time that is refused; where it is not so, each has to be looked at. */
function timesAreFine(
  batch: RecordBatch,
  { oldest, newest }: RecordScan,
  { settings, now }: AppendContext,
): boolean {
  if (batch.timestampType === 'append') return false
  if (settings.timestampType === 'LogAppendTime') return true
  const age = now - Number(batch.baseTimestamp)
  return age - oldest <= settings.timestampBeforeMaxMs && newest - age <= settings.timestampAfterMaxMs
}

function maxTimestampOf({ timestampType, maxTimestamp, baseTimestamp }: RecordBatch, { newest }: RecordScan) {
  if (timestampType === 'append') return maxTimestamp
  const max = baseTimestamp + BigInt(newest)
  return max < -1n ? -1n : max
}
