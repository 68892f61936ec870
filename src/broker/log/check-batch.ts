import { CorruptRecordError, KafkaError, type CodecLookup, type TopicPartition } from '../../kernel'
import { readBatches, type RecordBatch } from '../../protocol'
import { checkRecords } from './check-records'
import { refuse, type Refusal } from './refusal'
import type { LogSettings } from './settings'

/** What a batch is judged by. */
export interface AppendContext extends TopicPartition {
  readonly settings: LogSettings
  readonly codecs: CodecLookup
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Version of the Produce request. */
  readonly version: number
}

/** A batch that may be appended, in the form that the log is to keep. */
export interface CheckedBatch {
  readonly bytes: Buffer
}

/** From this version on a request has one batch of format 2 for each partition. */
const oneBatchSince = 3
const zstdSince = 7

/** Judges what a Produce request has for one partition, in the order in which Kafka does. */
export function checkBatch(records: Buffer, context: AppendContext): CheckedBatch | Refusal {
  try {
    const batch = onlyBatch(records, context)
    if ('error' in batch) return batch
    return checkHeader(batch, context) ?? checkRecords(batch, context)
  } catch (error) {
    if (error instanceof CorruptRecordError) return refuse('CORRUPT_MESSAGE', error.message)
    if (error instanceof KafkaError) return refuse('UNKNOWN_SERVER_ERROR', error.message)
    throw error
  }
}

function onlyBatch(records: Buffer, context: AppendContext): RecordBatch | Refusal {
  const [batch, ...more] = readBatches(records, context)
  if (batch === undefined) return refuse('INVALID_RECORD', 'no whole record batch')
  if (batch.magic !== 2 && context.version >= oneBatchSince)
    return refuse('INVALID_RECORD', `Produce version ${context.version} with message format ${batch.magic}`)
  if (batch.compression === 'zstd' && context.version < zstdSince)
    return refuse('UNSUPPORTED_COMPRESSION_TYPE', `Produce version ${context.version} with zstd`)
  if (more.length > 0) return refuse('INVALID_RECORD', `${more.length + 1} record batches for one partition`)
  return batch
}

function checkHeader(batch: RecordBatch, { settings }: AppendContext): Refusal | undefined {
  const { baseOffset, lastOffset, count, sizeInBytes, producerId, baseSequence } = batch
  if (baseOffset !== 0n) return refuse('INVALID_RECORD', `base offset ${baseOffset}, where it should be 0`)
  if (sizeInBytes > settings.maxMessageBytes)
    return refuse(
      'MESSAGE_TOO_LARGE',
      `${sizeInBytes} bytes, max.message.bytes is ${settings.maxMessageBytes}`,
    )
  batch.verify()
  if (count === null || count <= 0 || lastOffset !== BigInt(count - 1))
    return refuse('INVALID_RECORD', `${count} records with a last offset delta of ${lastOffset}`)
  if (batch.isControl) return refuse('INVALID_RECORD', 'only brokers write control batches')
  if (producerId >= 0n && baseSequence < 0)
    return refuse('INVALID_RECORD', `sequence ${baseSequence} of producer ${producerId}`)
  return undefined
}
