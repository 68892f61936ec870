import * as assert from 'uvu/assert'
import { codecs } from '../../src/compression'
import { encodeMessageSet } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking } from '../support/talk'
import { batchOf, damaged, patched } from '../support/wire'

const one = batchOf(['a'])
const two = batchOf(['a', 'b'])
const zipped = batchOf(['a', 'b'], { compression: 'gzip' })
/** Records of which something is wrong, in a batch that looks well. */
const withRecords = (records: Buffer) => {
  const batch = Buffer.concat([two.subarray(0, 61), records])
  return patched(batch, { batchLength: batch.length - 12 })
}
/** Of a record: length, attributes, time delta, offset delta, key length, value length, "a", headers. */
const records = two.subarray(61)
const changed = (at: number, byte: number) => {
  const copy = Buffer.from(records)
  copy[at] = byte
  return copy
}
const compressed = (bytes: Buffer) => {
  const batch = Buffer.concat([two.subarray(0, 61), codecs('gzip').compress(bytes)])
  return patched(batch, { batchLength: batch.length - 12, attributes: 1 })
}

const refused: readonly (readonly [what: string, records: Buffer, error: string])[] = [
  ['a byte that changed on the way', damaged(two), 'CORRUPT_MESSAGE'],
  ['a wrong checksum', patched(two, { crc: 5 }), 'CORRUPT_MESSAGE'],
  ['a format that nobody knows', patched(two, { magic: 3 }), 'CORRUPT_MESSAGE'],
  ['a length that is negative', patched(two, { batchLength: -1 }), 'CORRUPT_MESSAGE'],
  ['a length shorter than the header', patched(two, { batchLength: 20 }), 'CORRUPT_MESSAGE'],
  ['bytes that are no batch', Buffer.alloc(100, 7), 'CORRUPT_MESSAGE'],
  ['no bytes', Buffer.alloc(0), 'INVALID_RECORD'],
  ['a batch that is cut off', two.subarray(0, -1), 'INVALID_RECORD'],
  [
    'a message set of format 1',
    encodeMessageSet([{ value: 'a' }], { magic: 1, timestamp: 1 }),
    'INVALID_RECORD',
  ],
  [
    'a message set of format 0',
    encodeMessageSet([{ value: 'a' }], { magic: 0, timestamp: 1 }),
    'INVALID_RECORD',
  ],
  ['two batches', Buffer.concat([one, one]), 'INVALID_RECORD'],
  ['a base offset', patched(two, { baseOffset: 77 }), 'INVALID_RECORD'],
  ['a last offset delta above the count', patched(one, { lastOffsetDelta: 1 }), 'INVALID_RECORD'],
  ['a last offset delta below the count', patched(two, { lastOffsetDelta: 0 }), 'INVALID_RECORD'],
  ['a negative last offset delta', patched(two, { lastOffsetDelta: -1 }), 'INVALID_RECORD'],
  [
    'a count of fewer records than there are',
    patched(two, { count: 1, lastOffsetDelta: 0 }),
    'INVALID_RECORD',
  ],
  [
    'a count of more records than there are',
    patched(two, { count: 3, lastOffsetDelta: 2 }),
    'INVALID_RECORD',
  ],
  [
    'a count of fewer compressed records',
    patched(zipped, { count: 1, lastOffsetDelta: 0 }),
    'INVALID_RECORD',
  ],
  ['a count of more compressed records', patched(zipped, { count: 3, lastOffsetDelta: 2 }), 'INVALID_RECORD'],
  ['a negative count', patched(two, { count: -1 }), 'INVALID_RECORD'],
  ['no records', patched(two, { count: 0, lastOffsetDelta: -1 }), 'INVALID_RECORD'],
  ['a record longer than the batch', withRecords(changed(0, 100)), 'INVALID_RECORD'],
  ['a record shorter than what is in it', withRecords(changed(0, 4)), 'INVALID_RECORD'],
  ['a value longer than its record', withRecords(changed(5, 20)), 'INVALID_RECORD'],
  ['a header announced that is not there', withRecords(changed(7, 2)), 'INVALID_RECORD'],
  ['bytes behind the last record', withRecords(Buffer.concat([records, Buffer.alloc(2)])), 'INVALID_RECORD'],
  ["the mark of a transaction's end", patched(two, { attributes: 0x20 }), 'INVALID_RECORD'],
  ['a producer id without a sequence', patched(two, { producerId: 9, producerEpoch: 0 }), 'INVALID_RECORD'],
  ['a compression that nobody knows', patched(two, { attributes: 5 }), 'UNKNOWN_SERVER_ERROR'],
  ['records that do not decompress', patched(two, { attributes: 1 }), 'UNKNOWN_SERVER_ERROR'],
  ['compressed records with a gap in their offsets', compressed(changed(11, 4)), 'UNKNOWN_SERVER_ERROR'],
]

for (const [what, bytes, error] of refused) {
  contract(
    `${what}: ${error}, and nothing is written`,
    needsAll({ Produce: 9, ListOffsets: 6 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const produced = await partition.produce(bytes)
      assert.is(errorName(produced), error)
      assert.is(String(produced.baseOffset), '-1')
      assert.is(errorName(await partition.produce(bytes, { acks: 1 })), error)
      assert.is(String((await partition.listOffset(-1)).offset), '0')
      const good = await partition.produce(two)
      assert.equal([errorName(good), String(good.baseOffset)], ['NONE', '0'])
    }),
  )
}

contract(
  'where the log begins is told with a batch refused by the log, and not with one refused at the door',
  needsAll({ Produce: 9 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const startTold = async (bytes: Buffer) => String((await partition.produce(bytes)).logStartOffset)
    assert.is(await startTold(patched(two, { count: 3, lastOffsetDelta: 2 })), '0')
    assert.is(await startTold(patched(two, { baseOffset: 77 })), '0')
    assert.is(await startTold(patched(two, { magic: 1 })), '-1')
    assert.is(await startTold(damaged(two)), '-1')
  }),
)

contract(
  'bytes behind the batch that are no batch are left out',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    assert.is(errorName(await partition.produce(Buffer.concat([two, Buffer.alloc(7)]))), 'NONE')
    const [batch] = partition.batchesOf(await partition.fetch(0))
    assert.is(batch!.sizeInBytes, two.length)
  }),
)

contract(
  'the log writes base offset and leader epoch into the batch; its other bytes stay as they came',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(one)
    const sent = patched(two, { leaderEpoch: 77 })
    await partition.produce(sent)
    const [batch] = partition.batchesOf(await partition.fetch(1))
    assert.is(batch!.baseOffset, 1n)
    assert.is(batch!.leaderEpoch, partition.leaderEpoch)
    assert.is(batch!.crc, sent.readUInt32BE(17))
    assert.equal(batch!.bytes.subarray(16), sent.subarray(16))
  }),
)

contract(
  'the newest time of a batch is that of its records, whatever its header said',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const times = [5000, 9000, 1000].map(timestamp => ({ value: 'x', timestamp }))
    for (const maxTimestamp of [5, 77_000]) await partition.produce(patched(batchOf(times), { maxTimestamp }))
    for (const batch of partition.batchesOf(await partition.fetch(0))) {
      assert.equal([batch.baseTimestamp, batch.maxTimestamp], [5000n, 9000n])
      batch.verify()
      assert.equal(
        batch.records().map(({ timestamp }) => timestamp),
        [5000n, 9000n, 1000n],
      )
    }
  }),
)

contract(
  'a client that claims append time for its records is not believed',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const claimed = patched(batchOf(['a'], { timestamp: 5000 }), { attributes: 8 })
    assert.is(String((await partition.produce(claimed)).logAppendTimeMs), '-1')
    const [batch] = partition.batchesOf(await partition.fetch(0))
    assert.equal([batch!.timestampType, batch!.maxTimestamp], ['create', 5000n])
  }),
)

contract(
  'null keys, null values, empty ones and headers come back as they were',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const headers: [string, Buffer | null][] = [
      ['h', Buffer.from('1')],
      ['h', null],
      ['', Buffer.alloc(0)],
    ]
    await partition.produce(
      batchOf([
        { key: null, value: null },
        { key: '', value: '', headers },
      ]),
    )
    const [batch] = partition.batchesOf(await partition.fetch(0))
    assert.equal(
      batch!.records().map(({ key, value, headers: told }) => [key, value, told]),
      [
        [null, null, []],
        [Buffer.alloc(0), Buffer.alloc(0), headers],
      ],
    )
  }),
)

for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
  contract(
    `a batch compressed by ${compression} is kept as it came`,
    needsAll({ Produce: 9, Fetch: 12 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const sent = batchOf(['a', 'b'.repeat(1000)], { compression })
      assert.is(errorName(await partition.produce(sent)), 'NONE')
      const [batch] = partition.batchesOf(await partition.fetch(0))
      assert.is(batch!.compression, compression)
      assert.equal(batch!.bytes.subarray(16), sent.subarray(16))
    }),
  )
}

contract(
  'zstd is for Produce v7 and later (KIP-110)',
  needsAll({ Produce: [3, 6, 7] }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const batch = batchOf(['a'], { compression: 'zstd' })
    const ask = async (version: number) => errorName(await partition.produce(batch, { version }))
    assert.is(await ask(3), 'UNSUPPORTED_COMPRESSION_TYPE')
    assert.is(await ask(6), 'UNSUPPORTED_COMPRESSION_TYPE')
    assert.is(await ask(7), 'NONE')
  }),
)

runContract()
