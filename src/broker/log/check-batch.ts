import { CorruptRecordError, DecompressionError, KafkaError } from '../../kernel'
import { batchLayout, readBatches, type RecordBatch } from '../../protocol'
import type { AppendContext } from './append-context'
import { checkHeader } from './check-header'
import { checkRecords } from './check-records'
import { convertUp } from './convert-up'
import { recompress } from './recompress'
import { refuse, refuseRequest, type Refusal } from './refusal'
import { settleTimes } from './settle-times'

/** A batch that may be appended, in the form that the log is to keep; no bytes where there was nothing to append. */
export interface CheckedBatch {
  readonly bytes: Buffer
}

/** From this version on a request has one batch of format 2 for each partition. */
const oneBatchSince = 3
const zstdSince = 7

/** Judges what a Produce request has for one partition, in the order in which Kafka does. */
export function checkBatch(records: Buffer, context: AppendContext): CheckedBatch | Refusal {
  try {
    const { version } = context
    if (hasUnknownFormat(records)) return refuse('CORRUPT_MESSAGE', 'a format that nobody knows')
    const batches = [...readBatches(records, context)]
    const refusal = version < oneBatchSince ? undefined : checkRequest(batches, version)
    if (refusal !== undefined) return refusal
    return batches.length === 0 ? { bytes: Buffer.alloc(0) } : checkBatches(batches, context)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return refuse(errorNameOf(error), error.message)
  }
}

/** Even of a batch that is not all there. */
function hasUnknownFormat(records: Buffer): boolean {
  return records.length > batchLayout.magic && records[batchLayout.magic]! > 2
}

/** What compressed data hides fails Kafka in an unforeseen way. */
function errorNameOf(error: KafkaError): Refusal['error'] {
  const isDamage = error instanceof CorruptRecordError && !(error.cause instanceof DecompressionError)
  return isDamage ? 'CORRUPT_MESSAGE' : 'UNKNOWN_SERVER_ERROR'
}

function checkRequest([batch, ...more]: readonly RecordBatch[], version: number): Refusal | undefined {
  if (batch === undefined) return refuseRequest('INVALID_RECORD', 'no whole record batch')
  const request = `Produce version ${version}`
  if (batch.magic !== 2) return refuseRequest('INVALID_RECORD', `${request} with format ${batch.magic}`)
  if (batch.compression === 'zstd' && version < zstdSince)
    return refuseRequest('UNSUPPORTED_COMPRESSION_TYPE', `${request} with zstd`)
  if (more.length > 0) return refuseRequest('INVALID_RECORD', `${more.length + 1} batches for one partition`)
  return undefined
}

function checkBatches(batches: readonly RecordBatch[], context: AppendContext): CheckedBatch | Refusal {
  for (const batch of batches) {
    const refusal = checkHeader(batch, context.settings)
    if (refusal !== undefined) return refusal
  }
  const batch = batches[0]!.magic === 2 ? onlyOne(batches) : convertUp(batches, context)
  if ('error' in batch) return batch
  const checked = checkRecords(batch, context)
  if ('error' in checked) return checked
  const kept = recompress(batch, checked.records, context)
  settleTimes(kept, checked.maxTimestamp)
  return checkSize(kept.length, context) ?? { bytes: kept }
}

function onlyOne([batch, ...more]: readonly RecordBatch[]): RecordBatch | Refusal {
  return more.length === 0 ? batch! : refuse('INVALID_RECORD', `${more.length + 1} batches for one partition`)
}

/** Once more, since a batch may have grown. */
function checkSize(bytes: number, { settings }: AppendContext): Refusal | undefined {
  if (bytes > settings.maxMessageBytes)
    return refuse(
      'MESSAGE_TOO_LARGE',
      `${bytes} bytes as stored, max.message.bytes is ${settings.maxMessageBytes}`,
    )
  if (bytes > settings.segmentBytes)
    return refuse('RECORD_LIST_TOO_LARGE', `${bytes} bytes, segment.bytes is ${settings.segmentBytes}`)
  return undefined
}
