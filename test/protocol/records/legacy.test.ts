import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, CorruptRecordError, UnsupportedError, type Message } from '../../../src/kernel'
import { encodeBatch, encodeMessageSet } from '../../../src/protocol'
import { crc32 } from 'node:zlib'
import { codecs } from '../../../src/compression'
import { batchesOf, batchOf, parts } from './reading'

const now = Date.UTC(2026, 0, 1)
const three: readonly Message[] = [
  { key: 'k0', value: 'v0' },
  { key: '', value: null, timestamp: now + 1 },
  { value: Buffer.from('v2'), headers: [] },
]
const gzip = codecs('gzip')

/** Puts the outer message of a set at another offset, as a broker does; its checksum does not cover that. */
function placed(set: Buffer, offset: bigint): Buffer {
  set.writeBigInt64BE(offset, 0)
  return set
}

/** Sets a bit in the attributes of a set's outer message. */
function withAttribute(set: Buffer, bit: number): Buffer {
  set[17]! |= bit
  return resummed(set)
}

function resummed(set: Buffer): Buffer {
  set.writeUInt32BE(crc32(set.subarray(16)), 12)
  return set
}

test('known messages of format 0 have the checksums that other clients give them', () => {
  const cases: [string | null, string, number][] = [
    ['key', 'test', -1427009701],
    ['k1', 'v1', 1474775406],
    ['k2', 'v2', -16383415],
    [null, 'v1', 1285512130],
  ]
  for (const [key, value, crc] of cases)
    assert.is(encodeMessageSet([{ key, value }], { magic: 0, timestamp: now }).readInt32BE(12), crc)
})

for (const magic of [0, 1] as const) {
  const timestamp = (ms: number) => (magic === 0 ? -1n : BigInt(ms))
  const expected = [
    { offset: 0n, timestamp: timestamp(now), key: 'k0', value: 'v0', headers: [] },
    { offset: 1n, timestamp: timestamp(now + 1), key: '', value: null, headers: [] },
    { offset: 2n, timestamp: timestamp(now), key: null, value: 'v2', headers: [] },
  ]

  test(`a message set of format ${magic} reads as it was written, one batch a message`, () => {
    const batches = [...batchesOf(encodeMessageSet(three, { magic, timestamp: now }))]
    assert.equal(batches.flatMap(batch => batch.records()).map(parts), expected)
    assert.equal(
      batches.map(({ magic, count, baseOffset, nextOffset, compression }) => [
        magic,
        count,
        baseOffset,
        nextOffset,
        compression,
      ]),
      [0n, 1n, 2n].map(offset => [magic, 1, offset, offset + 1n, 'none']),
    )
    assert.is(batches[0]!.timestampType, magic === 0 ? 'none' : 'create')
  })

  test(`a compressed message set of format ${magic} is one batch that ends with its last message`, () => {
    const batch = batchOf(encodeMessageSet(three, { magic, timestamp: now, codec: gzip }))
    assert.equal(batch.records().map(parts), expected)
    const { lastOffset, nextOffset, count, compression, maxTimestamp } = batch
    assert.equal([lastOffset, nextOffset, count, compression], [2n, 3n, null, 'gzip'])
    assert.is(maxTimestamp, timestamp(now + 1))
    assert.equal(
      batch.records(1n).map(({ offset }) => offset),
      [1n, 2n],
    )
  })

  test(`a damaged message of format ${magic} is refused, outside and inside`, () => {
    const plain = encodeMessageSet([{ value: 'value' }], { magic, timestamp: now })
    plain[plain.length - 1]! ^= 1
    const refused = (error: unknown) =>
      error instanceof CorruptRecordError && /checksum is/.test(error.message)
    assert.throws(() => batchOf(plain).records(), refused)
    const codec = { ...gzip, compress: () => gzip.compress(plain) }
    assert.throws(() => batchOf(encodeMessageSet(three, { magic, timestamp: now, codec })).records(), refused)
    assert.is(batchOf(plain, { checkCrc: false }).records().length, 1)
  })

  test(`headers are refused in format ${magic}, which has none`, () => {
    assert.throws(
      () =>
        encodeMessageSet([{ value: '' }, { value: '', headers: [['a', 'b']] }], { magic, timestamp: now }),
      (error: unknown) =>
        error instanceof UnsupportedError &&
        error.message ===
          `messages[1].headers: message format ${magic} has no headers; they need Kafka 0.11 or later`,
    )
  })

  test(`a message of format ${magic} cut off at the end is left out and reported`, () => {
    const set = encodeMessageSet(three.slice(0, 2), { magic, timestamp: now })
    for (let cut = 1; cut < 26; cut++) {
      const batches = batchesOf(set.subarray(0, set.length - cut))
      assert.is([...batches].length, 1)
      const [first] = batches
      assert.is(batches.trailingBytes, set.length - cut - first!.sizeInBytes)
    }
  })
}

test('inside a set of format 1 offsets count from its beginning', () => {
  const set = placed(encodeMessageSet(three, { magic: 1, timestamp: now, codec: gzip }), 102n)
  const batch = batchOf(set)
  assert.equal(
    batch.records().map(({ offset }) => offset),
    [100n, 101n, 102n],
  )
  assert.equal(
    batch.records(102n).map(({ offset }) => offset),
    [102n],
  )
  assert.is(batch.nextOffset, 103n)
})

test('inside a set of format 0 offsets are those of the log', () => {
  const inside = three.map((message, index) =>
    placed(encodeMessageSet([message], { magic: 0, timestamp: now }), 100n + BigInt(index)),
  )
  const codec = { ...gzip, compress: () => gzip.compress(Buffer.concat(inside)) }
  const set = placed(encodeMessageSet(three, { magic: 0, timestamp: now, codec }), 102n)
  assert.equal(
    batchOf(set)
      .records()
      .map(({ offset }) => offset),
    [100n, 101n, 102n],
  )
})

test('where the log sets the time, messages inside have the time of their set', () => {
  const set = withAttribute(encodeMessageSet(three, { magic: 1, timestamp: now, codec: gzip }), 8)
  const batch = batchOf(set)
  assert.is(batch.timestampType, 'append')
  for (const { timestamp, timestampType } of batch.records())
    assert.equal([timestamp, timestampType], [BigInt(now + 1), 'append'])
})

test('an opened set gives its messages a few at a time', () => {
  const source = batchOf(encodeMessageSet(three, { magic: 1, timestamp: now, codec: gzip })).open()
  assert.equal([source.take(2).length, source.take(2).length, source.take(2).length], [2, 1, 0])
})

test('formats may follow each other in one answer', () => {
  const bytes = Buffer.concat([
    encodeMessageSet(three.slice(0, 1), { magic: 0, timestamp: now }),
    placed(encodeMessageSet(three.slice(0, 2), { magic: 1, timestamp: now, codec: gzip }), 2n),
    placed(encodeBatch(three, { timestamp: now }), 3n),
  ])
  const batches = [...batchesOf(bytes)]
  assert.equal(
    batches.map(({ magic }) => magic),
    [0, 1, 2],
  )
  assert.equal(
    batches.flatMap(batch => batch.records()).map(({ offset }) => offset),
    [0n, 1n, 2n, 3n, 4n, 5n],
  )
})

test('a set of messages that cannot be is refused', () => {
  const nested = (inside: Buffer, magic: 0 | 1 = 1) => {
    const codec = { ...gzip, compress: () => gzip.compress(inside) }
    return placed(encodeMessageSet(three, { magic, timestamp: now, codec }), 42n)
  }
  const plain = encodeMessageSet(three, { magic: 1, timestamp: now })
  const longer = encodeMessageSet([{ value: 'long enough for either' }], { magic: 0, timestamp: now })
  const tooShort = encodeMessageSet([{ value: null }], { magic: 0, timestamp: now })
  tooShort[16] = 1
  const negativeKey = encodeMessageSet([{ value: '' }], { magic: 1, timestamp: now })
  negativeKey.writeInt32BE(-2, 26)
  const wrongKey = encodeMessageSet([{ value: '' }], { magic: 1, timestamp: now })
  wrongKey.writeInt32BE(1000, 26)
  const noValue = encodeMessageSet([{ value: null }], { magic: 1, timestamp: now })
  const cases: [Buffer, RegExp][] = [
    [nested(plain.subarray(0, -1)), /compressed message set is cut off at byte \d+ of \d+/],
    [nested(Buffer.alloc(0)), /compressed message set without messages/],
    [nested(Buffer.alloc(30)), /compressed message set is cut off at byte 0/],
    [nested(nested(plain)), /compressed message in a compressed set/],
    [nested(longer), /message of format 0 in a set of 1/],
    [nested(resummed(tooShort), 0), /a message of 26 bytes/],
    [placed(resummed(negativeKey), 42n), /key length -2/],
    [nested(encodeBatch(three, { timestamp: now })), /checksum|magic 2 in a message set/],
    [placed(resummed(wrongKey), 42n), /key length 1000/],
    [placed(withAttribute(noValue, 1), 42n), /compressed message set without a value/],
  ]
  for (const [bytes, reason] of cases)
    assert.throws(
      () => batchOf(bytes).records(),
      (error: unknown) =>
        error instanceof CorruptRecordError && error.offset === 42n && reason.test(error.message),
      `${reason}`,
    )
})

test('a record of an old format has its numbers of 64 bits as text in JSON', () => {
  const [record] = batchOf(encodeMessageSet([{ value: null }], { magic: 1, timestamp: now })).records()
  assert.equal(JSON.parse(JSON.stringify(record)), {
    topic: 'orders',
    partition: 3,
    offset: '0',
    timestamp: `${now}`,
    timestampType: 'create',
    key: null,
    value: null,
    headers: [],
  })
})

test('an old record has no producer and no transaction', () => {
  const batch = batchOf(encodeMessageSet([{ value: null }], { magic: 1, timestamp: now }))
  const { producerId, producerEpoch, baseSequence, leaderEpoch, isControl, isTransactional } = batch
  assert.equal(
    [producerId, producerEpoch, baseSequence, leaderEpoch, isControl, isTransactional, batch.control()],
    [-1n, -1, -1, -1, false, false, undefined],
  )
})

test('what cannot be sent is refused by name', () => {
  const refused = (argument: string) => (error: unknown) =>
    error instanceof ArgumentError && error.argument === argument
  const set = (messages: unknown[], magic: unknown = 1) =>
    encodeMessageSet(messages as Message[], { magic: magic as 1, timestamp: now })
  assert.throws(() => set([{ value: 1 }]), refused('messages[0].value'))
  assert.throws(() => set([]), refused('messages'))
  assert.throws(() => set([{ value: '' }], 2), refused('magic'))
})

test.run()
