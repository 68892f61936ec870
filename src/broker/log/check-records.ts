import { batchLayout, type RecordBatch } from '../../protocol'
import type { AppendContext, CheckedBatch } from './check-batch'
import { refuse, refuseRecords, type RecordError, type Refusal } from './refusal'
import { RecordDamage, scanRecords, type RecordScan } from './scan-records'

/** What one compressed batch may grow to: far more than a sound batch of the largest size will. */
const maxDecompressedBytes = 256 * 1024 * 1024

/** Judges the records of a batch whose header is in order. */
export function checkRecords(batch: RecordBatch, context: AppendContext): CheckedBatch | Refusal {
  const scan = scanOf(batch, context)
  if ('error' in scan) return scan
  const { settings } = context
  if (settings.cleanupPolicy.compact && scan.lacksKey) return refuseKeyless(batch)
  return { bytes: batch.bytes }
}

function scanOf(batch: RecordBatch, { codecs }: AppendContext): RecordScan | Refusal {
  const stored = batch.bytes.subarray(batchLayout.records)
  const bytes =
    batch.compression === 'none'
      ? stored
      : codecs(batch.compression!).decompress(stored, maxDecompressedBytes)
  try {
    return scanRecords(bytes, batch.count!)
  } catch (error) {
    if (error instanceof RecordDamage) return refuse('INVALID_RECORD', error.message)
    throw error
  }
}

function refuseKeyless(batch: RecordBatch): Refusal {
  const errors: RecordError[] = []
  batch.records().forEach(({ key }, batchIndex) => {
    if (key === null) errors.push({ batchIndex, message: 'a compacted topic takes no record without a key' })
  })
  return refuseRecords('INVALID_RECORD', `${errors.length} records have no key`, errors)
}
