import { KafkaError, type CodecLookup, type ReceivedMessage } from 'rx-kafka'
import { readBatches, type CarriedRecords, type ReadOptions, type RecordBatch } from 'rx-kafka/protocol'
import { commaSeparated, jsonText, membersText, type Printable } from './json-text'

type Members = Readonly<Record<string, Printable | undefined>>

/**
 * The record batches of one partition as JSON, in pieces, so that a batch is never held as text. Damage is told in
 * place: `crcValid` and `invalid`, `recordsError` where a batch could not be read to its end, `batchesError` where no
 * further batch could be found.
 */
export function* recordsText(carried: CarriedRecords, codecs: CodecLookup): Generator<string, void> {
  const { topic, topicId, partition, records } = carried
  const options = { topic: topic ?? topicId ?? '', partition, codecs }
  const batches = readBatches(records, options)
  yield `{${membersText({ topic, topicId, partition, sizeInBytes: records.length })},"batches":[`
  const texts = commaSeparated(batches, batch => batchText(batch, options))
  const batchesError = yield* untilFailure(texts)
  const trailingBytes = batchesError === undefined ? batches.trailingBytes || undefined : undefined
  yield `]${restText({ trailingBytes, batchesError })}}`
}

function* batchText(batch: RecordBatch, options: ReadOptions): Generator<string, void> {
  const invalid = failure(() => batch.verify())
  yield `{${membersText({ ...headOf(batch), crcValid: invalid === undefined, invalid })},"records":[`
  const readable = invalid === undefined ? batch : unchecked(batch, options)
  const texts = commaSeparated(recordsOf(readable), record => [jsonText(record)])
  const recordsError = yield* untilFailure(texts)
  yield `]${restText({ recordsError })}}`
}

/** The same batch, to be read in spite of its checksum. */
function unchecked({ bytes }: RecordBatch, options: ReadOptions): RecordBatch {
  const [batch] = readBatches(bytes, { ...options, checkCrc: false })
  return batch!
}

/** The pieces up to where reading fails; answers why it failed. */
function* untilFailure(pieces: Iterable<string>): Generator<string, string | undefined> {
  try {
    yield* pieces
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function failure(act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Any error that is not of this package is a fault of ours and is thrown on. */
function messageOf(error: unknown): string {
  if (error instanceof KafkaError) return error.message
  throw error
}

function restText(members: Members): string {
  const text = membersText(members)
  return text === '' ? '' : `,${text}`
}

const timestampTypes = { create: 'CreateTime', append: 'LogAppendTime', none: 'NoTimestampType' }

function headOf(batch: RecordBatch): Members {
  const { magic, sizeInBytes, baseOffset, lastOffset, maxTimestamp, crc } = batch
  const compression = batch.compression ?? 'unknown'
  const timestampType = timestampTypes[batch.timestampType]
  if (magic < 2) return { magic, sizeInBytes, lastOffset, compression, timestampType, maxTimestamp, crc }
  const { baseTimestamp, count, leaderEpoch, producerId, producerEpoch, baseSequence } = batch
  return {
    ...{ magic, sizeInBytes, baseOffset, lastOffset, compression, timestampType, maxTimestamp, crc },
    ...{ baseTimestamp, count, partitionLeaderEpoch: leaderEpoch, producerId, producerEpoch, baseSequence },
    ...{ transactional: batch.isTransactional, control: batch.isControl },
  }
}

function* recordsOf(batch: RecordBatch): Generator<Members> {
  const control = batch.control()
  const marker = control && {
    controlType:
      typeof control.controlType === 'string' ? control.controlType.toUpperCase() : control.controlType,
    coordinatorEpoch: control.coordinatorEpoch,
  }
  const source = batch.open()
  for (let records = source.take(1); records.length > 0; records = source.take(1))
    for (const record of records) yield { ...recordMembers(record, batch), ...marker }
}

function recordMembers(record: ReceivedMessage, { magic, baseOffset, baseSequence }: RecordBatch): Members {
  const { offset, timestamp, key, value, headers } = record
  const plain = { offset, timestamp, key: base64(key), value: base64(value) }
  if (magic < 2) return plain
  const sequence = baseSequence < 0 ? undefined : sequenceAfter(baseSequence, Number(offset - baseOffset))
  return { ...plain, sequence, headers: headers.map(([name, bytes]) => [name, base64(bytes)] as const) }
}

const lastSequence = 0x7fffffff

/** Sequences start again at 0 behind the last. */
function sequenceAfter(base: number, records: number): number {
  const sequence = base + records
  return sequence > lastSequence ? sequence - lastSequence - 1 : sequence
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64')
}
