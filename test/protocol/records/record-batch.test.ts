import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UnsupportedError, type Codec, type Message } from '../../../src/kernel'
import { controlMessage, encodeBatch, placeBatch, type EncodeBatchOptions } from '../../../src/protocol'
import { codecs } from '../../../src/compression'
import { batchesOf, batchOf, parts } from './reading'

const now = Date.UTC(2026, 0, 1)

/** A batch as a broker has it: at a place in the log. */
function logged(
  messages: readonly Message[],
  baseOffset: bigint,
  options: Partial<EncodeBatchOptions> = {},
): Buffer {
  const bytes = encodeBatch(messages, { timestamp: now, ...options })
  placeBatch(bytes, { baseOffset, leaderEpoch: 7 })
  return bytes
}

const three: readonly Message[] = [
  { key: 'k0', value: 'v0', headers: [['h', 'x']] },
  {
    key: null,
    value: null,
    headers: [
      ['h', null],
      ['h', Buffer.from([0xff])],
    ],
  },
  { value: 'v2', timestamp: now - 1 },
]

test('a header tells where the batch stands in the log, without its records being read', () => {
  const bytes = logged(three, 500n, {
    producerId: 9n,
    producerEpoch: 2,
    baseSequence: 40,
    codec: codecs('gzip'),
  })
  const refuse = () => {
    throw new Error('asked for a codec')
  }
  const batch = batchOf(bytes, { codecs: refuse })
  const { magic, baseOffset, lastOffset, nextOffset, leaderEpoch, count, sizeInBytes } = batch
  assert.equal(
    { magic, baseOffset, lastOffset, nextOffset, leaderEpoch, count, sizeInBytes },
    {
      magic: 2,
      baseOffset: 500n,
      lastOffset: 502n,
      nextOffset: 503n,
      leaderEpoch: 7,
      count: 3,
      sizeInBytes: bytes.length,
    },
  )
  const { producerId, producerEpoch, baseSequence, isControl, isTransactional, compression } = batch
  assert.equal(
    { producerId, producerEpoch, baseSequence, isControl, isTransactional, compression },
    {
      producerId: 9n,
      producerEpoch: 2,
      baseSequence: 40,
      isControl: false,
      isTransactional: false,
      compression: 'gzip',
    },
  )
  assert.equal([batch.timestampType, batch.maxTimestamp], ['create', BigInt(now)])
  assert.is(batch.bytes.buffer, bytes.buffer)
})

test('records have their key, value, headers in order, null where it was null', () => {
  const records = batchOf(logged(three, 500n)).records()
  assert.equal(records.map(parts), [
    { offset: 500n, timestamp: BigInt(now), key: 'k0', value: 'v0', headers: [['h', 'x']] },
    {
      offset: 501n,
      timestamp: BigInt(now),
      key: null,
      value: null,
      headers: [
        ['h', null],
        ['h', '\ufffd'],
      ],
    },
    { offset: 502n, timestamp: BigInt(now - 1), key: null, value: 'v2', headers: [] },
  ])
  const [first] = records
  assert.equal([first!.topic, first!.partition, first!.timestampType], ['orders', 3, 'create'])
})

test('an empty key or value is not null', () => {
  const [record] = batchOf(logged([{ key: '', value: '' }], 0n)).records()
  assert.equal([record!.key!.length, record!.value!.length], [0, 0])
})

test('key, value and headers are views into the fetched bytes, the same each time', () => {
  const bytes = logged(three, 0n)
  const [record] = batchOf(bytes).records()
  assert.is(record!.value!.buffer, bytes.buffer)
  assert.is(record!.value, record!.value)
  assert.is(record!.key, record!.key)
  assert.is(record!.headers, record!.headers)
})

test('records before the offset asked for are left out', () => {
  const offsets = (from: bigint) =>
    batchOf(logged(three, 500n))
      .records(from)
      .map(({ offset }) => offset)
  assert.equal(offsets(0n), [500n, 501n, 502n])
  assert.equal(offsets(501n), [501n, 502n])
  assert.equal(offsets(502n), [502n])
  assert.equal(offsets(2n ** 62n), [])
})

test('an opened batch gives its records a few at a time', () => {
  const source = batchOf(logged(three, 500n, { codec: codecs('gzip') })).open(501n)
  assert.equal(
    source.take(1).map(({ offset }) => offset),
    [501n],
  )
  assert.equal(
    source.take(5).map(({ offset }) => offset),
    [502n],
  )
  assert.equal(source.take(5), [])
})

test('an offset near the end of its range is exact', () => {
  const base = 2n ** 63n - 10n
  const batch = batchOf(logged(three, base))
  assert.equal(
    batch.records().map(({ offset }) => offset - base),
    [0n, 1n, 2n],
  )
  assert.is(batch.nextOffset, 2n ** 63n - 7n)
})

test('where the log sets the time, every record has the time of its batch', () => {
  const bytes = logged(three, 0n, { producerId: 3n, codec: codecs('gzip') })
  placeBatch(bytes, { baseOffset: 20n, leaderEpoch: 8, appendTimestamp: now + 99 })
  const batch = batchOf(bytes)
  const { baseOffset, leaderEpoch, timestampType, maxTimestamp, producerId, compression } = batch
  assert.equal(
    { baseOffset, leaderEpoch, timestampType, maxTimestamp, producerId, compression },
    {
      baseOffset: 20n,
      leaderEpoch: 8,
      timestampType: 'append',
      maxTimestamp: BigInt(now + 99),
      producerId: 3n,
      compression: 'gzip',
    },
  )
  for (const record of batch.records())
    assert.equal([record.timestamp, record.timestampType], [BigInt(now + 99), 'append'])
})

test('a batch emptied by compaction has no records but keeps its place', () => {
  const bytes = Buffer.from(logged(three, 500n).subarray(0, 61))
  bytes.writeInt32BE(61 - 12, 8)
  bytes.writeInt32BE(0, 57)
  const batch = batchOf(bytes, { checkCrc: false })
  assert.equal(batch.records(), [])
  assert.equal([batch.count, batch.lastOffset, batch.nextOffset], [0, 502n, 503n])
})

test('gaps left by compaction stay gaps', () => {
  const whole = logged(three, 500n)
  const tail = whole.subarray(logged(three.slice(0, 2), 500n).length)
  const bytes = Buffer.concat([whole.subarray(0, 61), tail])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt32BE(1, 57)
  const batch = batchOf(bytes, { checkCrc: false })
  assert.equal(
    batch.records().map(({ offset }) => offset),
    [502n],
  )
  assert.is(batch.baseOffset, 500n)
})

test('a control batch says how a transaction ended', () => {
  for (const controlType of ['commit', 'abort'] as const) {
    const batch = batchOf(
      logged([controlMessage(controlType, 12)], 5n, { control: true, transactional: true, producerId: 4n }),
    )
    assert.equal([batch.isControl, batch.isTransactional, batch.nextOffset], [true, true, 6n])
    assert.equal(batch.control(), { controlType, coordinatorEpoch: 12 })
  }
  assert.is(batchOf(logged(three, 0n)).control(), undefined)
})

test('a control batch of a kind that concerns brokers only has its number', () => {
  const batch = batchOf(logged([{ key: Buffer.from([0, 0, 0, 3]), value: null }], 0n, { control: true }))
  assert.equal(batch.control(), { controlType: 3, coordinatorEpoch: -1 })
})

test('a control batch that compaction has emptied says nothing, and is not corrupt', () => {
  const header = logged([controlMessage('abort', 12)], 5n, { control: true, producerId: 4n }).subarray(0, 61)
  header.writeInt32BE(header.length - 12, 8)
  header.writeInt32BE(0, 57)
  const batch = batchOf(header, { checkCrc: false })
  assert.equal([batch.isControl, batch.count, batch.records(), batch.nextOffset], [true, 0, [], 6n])
  assert.is(batch.control(), undefined)
})

test('a control batch without what it must say is corrupt', () => {
  for (const message of [
    { key: 'abc', value: null },
    { key: Buffer.alloc(4), value: Buffer.alloc(5) },
  ]) {
    const batch = batchOf(logged([message], 5n, { control: true }))
    assert.throws(
      () => batch.control(),
      /^orders\/3 offset 5: (control record without a type|abort marker without a coordinator epoch)$/,
    )
  }
})

test('batches follow each other, and each look over them starts anew', () => {
  const batches = batchesOf(Buffer.concat([logged(three, 0n), logged(three, 3n), logged(three, 90n)]))
  for (const _ of [1, 2])
    assert.equal(
      [...batches].map(({ baseOffset }) => baseOffset),
      [0n, 3n, 90n],
    )
  assert.is(batches.trailingBytes, 0)
})

test('a batch that is cut off at the end is left out and reported', () => {
  const whole = logged(three, 0n)
  for (let length = 0; length < whole.length; length++) {
    const batches = batchesOf(Buffer.concat([whole, whole.subarray(0, length)]))
    assert.is([...batches].length, 1)
    assert.is(batches.trailingBytes, length)
  }
})

test('a first batch larger than the bytes leaves nothing but what is reported', () => {
  const batches = batchesOf(logged(three, 0n).subarray(0, 70))
  assert.equal([[...batches], batches.trailingBytes], [[], 70])
})

test('a few bytes that could only lie about their size are reported too', () => {
  const batches = batchesOf(Buffer.alloc(16))
  assert.equal([[...batches], batches.trailingBytes], [[], 16])
})

test('no bytes are no batches', () => {
  assert.equal([...batchesOf(Buffer.alloc(0))], [])
})

test('as JSON a record has its numbers of 64 bits as text', () => {
  const [record] = batchOf(logged([{ key: 'k', value: null, headers: [['h', 'x']] }], 2n ** 60n)).records()
  assert.equal(JSON.parse(JSON.stringify(record)), {
    topic: 'orders',
    partition: 3,
    offset: '1152921504606846976',
    timestamp: `${now}`,
    timestampType: 'create',
    key: { type: 'Buffer', data: [107] },
    value: null,
    headers: [['h', { type: 'Buffer', data: [120] }]],
  })
})

test('console.log shows what a record holds', () => {
  const [record] = batchOf(logged(three, 500n)).records()
  const shown = inspect(record)
  for (const part of ["topic: 'orders'", 'offset: 500n', 'value: <Buffer 76 30>']) assert.match(shown, part)
})

test('the limit of decompressed bytes reaches the codec, 64 MiB unless told', () => {
  const limits: number[] = []
  const plain = Buffer.from(logged(three, 0n).subarray(61))
  const codec: Codec = {
    type: 'snappy',
    compress: data => Buffer.from(data),
    decompress: (_, maxBytes) => {
      limits.push(maxBytes)
      return plain
    },
  }
  const bytes = logged(three, 0n, { codec })
  assert.is(batchOf(bytes, { codecs: () => codec }).records().length, 3)
  batchOf(bytes, { codecs: () => codec, maxDecompressedBytes: 1000 }).records()
  assert.equal(limits, [67_108_864, 1000])
})

test('a codec that is not installed is told as it is, whatever the batch', () => {
  const missing = new UnsupportedError('install it')
  const batch = batchOf(logged(three, 0n, { codec: codecs('gzip') }), {
    codecs: () => {
      throw missing
    },
  })
  assert.throws(
    () => batch.records(),
    (error: unknown) => error === missing,
  )
})

test('a compression type that is not known is unsupported, not corrupt', () => {
  const bytes = logged(three, 4n)
  bytes[22] = 6
  const batch = batchOf(bytes, { checkCrc: false })
  assert.is(batch.compression, undefined)
  assert.throws(
    () => batch.records(),
    (error: unknown) =>
      error instanceof UnsupportedError &&
      error.message === 'orders/3 offset 4: compression type 6 is not known here',
  )
})

test.run()
