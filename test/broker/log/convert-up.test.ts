import { crc32 } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../../src/compression'
import type { CompressionType, Message } from '../../../src/kernel'
import { encodeMessageSet } from '../../../src/protocol'
import type { LogSettings } from '../../../src/broker/log'
import { batchOf, inShort, listed, logOf, now, stored, usual } from './log-rig'

type Magic = 0 | 1
const old = { ...usual, version: 2 }
const three: readonly Message[] = ['a', 'b', 'c'].map((value, index) => ({ value, timestamp: 3000 - index }))

const setOf = (messages: readonly Message[], magic: Magic, compression: CompressionType = 'none') =>
  encodeMessageSet(messages, { magic, timestamp: now, codec: codecs(compression, magic) })

/** The message with other bytes, and a checksum that is right. */
function edited(message: Buffer, edit: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(message)
  edit(copy)
  copy.writeUInt32BE(crc32(copy.subarray(16)), 12)
  return copy
}

/** A compressed message around these bytes. */
const around = (inside: Buffer, magic: Magic = 1) =>
  edited(setOf([{ value: codecs('gzip').compress(inside) }], magic), bytes => (bytes[17] = 1))

const append = (records: Buffer, settings: Partial<LogSettings> = {}) =>
  inShort(logOf(settings).append(records, old))

for (const magic of [0, 1] as const)
  for (const compression of ['none', 'gzip', 'snappy', 'lz4'] as const)
    test(`a message set of format ${magic}, compression ${compression}, becomes one batch of format 2`, () => {
      const log = logOf()
      log.append(batchOf(['before']), usual)
      assert.is(inShort(log.append(setOf(three, magic, compression), old)), '1')
      const batch = stored(log)[1]!
      assert.equal([batch.magic, batch.compression, batch.count, batch.leaderEpoch], [2, compression, 3, 0])
      assert.equal([batch.producerId, batch.producerEpoch, batch.baseSequence], [-1n, -1, -1])
      assert.equal(
        batch.records().map(({ timestamp }) => timestamp),
        magic === 0 ? [-1n, -1n, -1n] : [3000n, 2999n, 2998n],
      )
      assert.is(batch.maxTimestamp, magic === 0 ? -1n : 3000n)
      assert.equal(listed(log), ['0 before', '1 a', '2 b', '3 c'])
    })

test('keys and nulls are kept', () => {
  const log = logOf()
  log.append(
    setOf(
      [
        { key: 'k', value: null },
        { key: '', value: '' },
      ],
      1,
    ),
    old,
  )
  const [first, second] = stored(log)[0]!.records()
  assert.equal([String(first!.key), first!.value], ['k', null])
  assert.equal([second!.key?.length, second!.value?.length], [0, 0])
})

test('the offsets that a client wrote do not count', () => {
  const log = logOf()
  const inside = Buffer.concat(three.map(message => setOf([message], 1)))
  assert.is(inShort(log.append(inside, old)), '0')
  assert.is(inShort(log.append(around(inside), old)), '3')
  assert.equal(listed(log), ['0 a', '1 b', '2 c', '3 a', '4 b', '5 c'])
})

test('a set becomes a batch of the compression that the topic asks for, and of its times', () => {
  const log = logOf({ compressionType: 'gzip', timestampType: 'LogAppendTime' })
  log.append(setOf(three, 1), old)
  log.append(setOf(three, 0, 'snappy'), old)
  for (const batch of stored(log)) {
    assert.equal([batch.compression, batch.timestampType], ['gzip', 'append'])
    assert.ok(batch.records().every(({ timestamp }) => timestamp === BigInt(now)))
  }
})

test('format 2 is taken in old requests too, one batch at a time', () => {
  const batch = (options = {}) => batchOf(['a'], options)
  assert.is(append(batch()), '0')
  assert.is(append(batch({ compression: 'zstd' })), '0')
  assert.is(append(Buffer.concat([batch(), batch()])), 'INVALID_RECORD')
})

test('an old request may bring nothing', () => {
  for (const records of [Buffer.alloc(0), setOf(three, 1).subarray(0, 20)]) {
    const log = logOf()
    const outcome = log.append(records, old)
    assert.equal([outcome.error, inShort(outcome), log.endOffset], [undefined, '-1', 0n])
  }
})

const one = setOf(three.slice(0, 1), 1)
const flawed = edited(one, () => undefined)
flawed.writeUInt32BE(1, 12)

const refusals: readonly (readonly [what: string, records: Buffer, error: string])[] = [
  ['two compressed messages', Buffer.concat([around(one), around(one)]), 'INVALID_RECORD'],
  ['a compressed message behind another', Buffer.concat([one, around(one)]), 'INVALID_RECORD'],
  ['a compressed message before another', Buffer.concat([around(one), one]), 'INVALID_RECORD'],
  ['messages of two formats', Buffer.concat([setOf(three, 0), one]), 'INVALID_RECORD'],
  ['a message of another format inside', around(setOf(three, 0)), 'INVALID_RECORD'],
  ['a compressed message in a compressed one', around(around(one)), 'INVALID_RECORD'],
  ['a compressed message without messages', around(Buffer.alloc(0)), 'INVALID_RECORD'],
  ['a compressed message cut off inside', around(one.subarray(0, 20)), 'INVALID_RECORD'],
  ['zstd', edited(one, bytes => (bytes[17] = 4)), 'INVALID_RECORD'],
  ['a wrong checksum', flawed, 'CORRUPT_MESSAGE'],
  ['a wrong checksum of a later message', Buffer.concat([one, flawed]), 'CORRUPT_MESSAGE'],
  ['a wrong checksum inside', around(flawed), 'CORRUPT_MESSAGE'],
  ['compressed data that is none', edited(one, bytes => (bytes[17] = 1)), 'UNKNOWN_SERVER_ERROR'],
  ['times of the log', edited(one, bytes => (bytes[17] = 8)), 'INVALID_TIMESTAMP'],
]
for (const [what, records, error] of refusals)
  test(`of old formats the log refuses ${what} with ${error}`, () => assert.is(append(records), error))

test('a set whose messages are small enough each may be too large as a batch', () => {
  const set = setOf(
    three.map(message => ({ ...message, value: 'a'.repeat(1000) })),
    1,
  )
  assert.is(append(set, { maxMessageBytes: 2000 }), 'MESSAGE_TOO_LARGE')
  assert.is(append(set, { maxMessageBytes: 4000 }), '0')
  assert.is(append(set, { maxMessageBytes: 900 }), 'MESSAGE_TOO_LARGE')
})

test('old formats are held to keys and times as well', () => {
  const compact = { compact: true, delete: false }
  assert.is(append(setOf(three, 1), { cleanupPolicy: compact }), 'INVALID_RECORD')
  assert.is(append(setOf(three, 1), { timestampBeforeMaxMs: 1000 }), 'INVALID_TIMESTAMP')
  assert.is(append(setOf(three, 0), { timestampBeforeMaxMs: 1000 }), '0')
})

test('a request of version 3 takes old formats no more', () => {
  assert.is(inShort(logOf().append(one, { ...usual, version: 3 })), 'INVALID_RECORD')
})

test.run()
