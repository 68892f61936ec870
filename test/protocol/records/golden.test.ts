import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorruptRecordError, type Message } from '../../../src/kernel'
import { encodeBatch, encodeMessageSet, readBatches, type RecordBatch } from '../../../src/protocol'
import { codecs } from '../../../src/compression'
import {
  goldenRecords,
  timestampTypes,
  type GoldenRecords,
  type ListedBatch,
  type ListedRecord,
} from './golden-records'

function read({ bytes }: GoldenRecords, checkCrc = true) {
  return readBatches(bytes, { topic: 'golden', partition: 0, codecs, checkCrc })
}

const base64 = (bytes: Buffer | null): string | null => bytes && bytes.toString('base64')

/** Our reading, in the words of the list. */
function listed(batch: RecordBatch, like: ListedBatch) {
  const { magic, sizeInBytes, compression, maxTimestamp, timestampType } = batch
  const all = {
    magic,
    sizeInBytes,
    lastOffset: Number(batch.lastOffset),
    compression,
    timestampType,
    maxTimestamp: Number(maxTimestamp),
  }
  const header = {
    baseOffset: Number(batch.baseOffset),
    count: batch.count,
    partitionLeaderEpoch: batch.leaderEpoch,
    producerId: Number(batch.producerId),
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    transactional: batch.isTransactional,
    control: batch.isControl,
  }
  const records = batch.records().map(record => ({
    offset: Number(record.offset),
    timestamp: Number(record.timestamp),
    key: base64(record.key),
    value: base64(record.value),
    ...(magic === 2 ? { headers: record.headers.map(([name, value]) => [name, base64(value)]) } : {}),
    ...(batch.control() ?? {}),
  }))
  return { ...all, ...(like.magic === 2 ? header : {}), records }
}

/** The list's words of the same. */
function expected(batch: ListedBatch) {
  const {
    crc: _,
    crcValid: _valid,
    invalid: _invalid,
    baseTimestamp: _base,
    ...rest
  } = batch as ListedBatch & Record<string, unknown>
  return {
    ...rest,
    timestampType: timestampTypes[batch.timestampType],
    records: batch.records.map(({ sequence: _sequence, ...record }) => ({
      ...record,
      ...(record.controlType === undefined ? {} : { controlType: record.controlType.toLowerCase() }),
    })),
  }
}

test('recorded batches of every format and codec read as Kafka reads them', () => {
  let count = 0
  for (const golden of goldenRecords) {
    const batches = read(golden)
    golden.batches.forEach((like, index) => {
      if (!like.crcValid) return
      const batch = [...batches][index]!
      assert.equal(listed(batch, like), expected(like), golden.title)
      count++
    })
    assert.is(batches.trailingBytes, golden.trailingBytes, golden.title)
    assert.is([...batches].length, golden.batches.length, golden.title)
  }
  assert.is(count, 1437)
})

const damaged = goldenRecords.flatMap(golden =>
  golden.batches.flatMap((like, index) => (like.crcValid ? [] : [{ golden, index }])),
)

test('recorded batches that were damaged on the way are refused, naming partition and base offset', () => {
  assert.is(damaged.length, 18)
  for (const { golden, index } of damaged) {
    const batch = [...read(golden)][index]!
    const said = new RegExp(`^golden/0 offset ${batch.baseOffset}: checksum is \\d+ where \\d+ is stored$`)
    assert.throws(() => batch.records(), isCorruption(batch, said), golden.title)
  }
})

test('damage is found without checksums too, and the records before it can be read', () => {
  for (const { golden, index } of damaged) {
    const like = golden.batches[index]!
    const batch = [...read(golden, false)][index]!
    if (like.magic === 2) {
      const records = batch.open()
      const values = records.take(like.records.length).map(({ value }) => base64(value))
      assert.equal(
        values,
        like.records.map(({ value }) => value),
        golden.title,
      )
      assert.throws(
        () => records.take(1),
        isCorruption(batch, /: record 3 of 3, byte \d+ of the records: cut off/),
      )
    } else assert.throws(() => batch.records(), isCorruption(batch, /value length -256/), golden.title)
  }
})

function isCorruption({ baseOffset }: RecordBatch, said: RegExp): (error: unknown) => boolean {
  return error =>
    error instanceof CorruptRecordError &&
    error.topic === 'golden' &&
    error.partition === 0 &&
    error.offset === baseOffset &&
    said.test(error.message)
}

const messageOf = ({ key, value, timestamp, headers = [] }: ListedRecord): Message => ({
  key: key === null ? null : Buffer.from(key, 'base64'),
  value: value === null ? null : Buffer.from(value, 'base64'),
  headers: headers.map(([name, text]) => [name, text === null ? null : Buffer.from(text, 'base64')]),
  timestamp,
})

test('our uncompressed batches are those of other clients, byte for byte', () => {
  const sources = new Set<string>()
  for (const { bytes, batches, side, source, title } of goldenRecords) {
    const [like] = batches
    if (side !== 'request' || like?.magic !== 2 || like.compression !== 'none' || !like.crcValid) continue
    const encoded = encodeBatch(like.records.map(messageOf), {
      timestamp: 0,
      transactional: like.transactional,
      producerId: BigInt(like.producerId!),
      producerEpoch: like.producerEpoch,
      baseSequence: like.baseSequence,
    })
    // Outside the checksum; most clients leave it unknown, some 0, and the broker fills it in.
    encoded.writeInt32BE(like.partitionLeaderEpoch!, 12)
    assert.equal(encoded.toString('hex'), bytes.toString('hex'), title)
    sources.add(source.split(' ')[0]!)
  }
  assert.equal([...sources].sort(), [
    'franz-go-1.22',
    'java-0.11.0.3',
    'java-2.8.2',
    'java-3.9.1',
    'java-4.3.1',
    'kafka-python-2.0.2',
    'kafka-python-3.0.12',
    'kafkajs-2.2.4',
    'librdkafka',
    'librdkafka-2.16.0',
    'sarama-1.61',
  ])
})

test('our uncompressed message sets are those of old clients, byte for byte', () => {
  const sources = new Set<string>()
  for (const { bytes, batches, side, source, title } of goldenRecords) {
    const magic = batches[0]?.magic
    if (side !== 'request' || magic === undefined || magic === 2) continue
    if (batches.some(({ compression, crcValid }) => compression !== 'none' || !crcValid)) continue
    const records = batches.flatMap(batch => batch.records)
    if (records.some(({ offset }, index) => offset !== index)) continue // 0.9 counts only when it compresses
    const encoded = encodeMessageSet(records.map(messageOf), { magic, timestamp: 0 })
    assert.equal(encoded.toString('hex'), bytes.toString('hex'), title)
    sources.add(source.split(' ')[0]!)
  }
  assert.equal([...sources].sort(), ['java-0.10.2.2', 'java-3.9.1', 'kafka-python-3.0.12'])
})

test.run()
