import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../../src/compression'
import { compressionTypes, type CompressionType } from '../../../src/kernel'
import { encodeMessageSet } from '../../../src/protocol'
import type { LogSettings } from '../../../src/broker/log'
import { damaged, patched } from '../../support/wire'
import { batchOf, inShort, listed, logOf, usual } from './log-rig'

/** Bytes before the records. */
const header = 61
const three = ['a', 'b', 'c']

/** The batch with these bytes as its records, compressed or not. */
function withRecords(batch: Buffer, records: Buffer, compression: CompressionType): Buffer {
  const bytes = Buffer.concat([batch.subarray(0, header), codecs(compression).compress(records)])
  return patched(bytes, { batchLength: bytes.length - 12, attributes: compressionTypes.indexOf(compression) })
}

/** Three records with these offset deltas. Each is: length, attributes, timestamp and offset delta, and the rest. */
function numbered(deltas: readonly number[], compression: CompressionType): Buffer {
  const batch = batchOf(three)
  const records = batch.subarray(header)
  deltas.forEach((delta, index) => (records[index * (records.length / 3) + 3] = 2 * delta))
  return withRecords(batch, records, compression)
}

/** A batch with another byte at this place of its records. */
function poked(at: number, value: number, values = ['a']): Buffer {
  const batch = batchOf(values)
  batch[header + at] = value
  return patched(batch, {})
}

const sound = batchOf(['a'])
const large = batchOf(['a'.repeat(3000)])
const packed = batchOf(['a'.repeat(3000)], { compression: 'gzip' })

type Case = readonly [what: string, records: Buffer, error: string, settings?: Partial<LogSettings>]

const notABatch: readonly Case[] = [
  ['no bytes', Buffer.alloc(0), 'INVALID_RECORD'],
  ['a batch that is cut off', sound.subarray(0, 65), 'INVALID_RECORD'],
  ['two batches', Buffer.concat([sound, sound]), 'INVALID_RECORD'],
  ['a message of format 1', encodeMessageSet([{ value: 'a' }], { magic: 1, timestamp: 0 }), 'INVALID_RECORD'],
  ['a format that nobody knows', patched(sound, { magic: 9 }), 'CORRUPT_MESSAGE'],
  ['a size that no batch has', patched(sound, { batchLength: 20 }), 'CORRUPT_MESSAGE'],
  ['a negative size', patched(sound, { batchLength: -5 }), 'CORRUPT_MESSAGE'],
  ['a wrong checksum', damaged(sound), 'CORRUPT_MESSAGE'],
]

const headers: readonly Case[] = [
  ['a base offset', patched(sound, { baseOffset: 5 }), 'INVALID_RECORD'],
  ['a base offset, whatever the checksum', patched(sound, { baseOffset: 5, crc: 0 }), 'INVALID_RECORD'],
  ['a control batch', patched(sound, { attributes: 0x20 }), 'INVALID_RECORD'],
  ['a producer without a sequence', batchOf(['a'], { producerId: 1n, baseSequence: -1 }), 'INVALID_RECORD'],
  ['more offsets than records', patched(batchOf(three), { lastOffsetDelta: 5 }), 'INVALID_RECORD'],
  ['a negative last offset', patched(sound, { lastOffsetDelta: -1 }), 'INVALID_RECORD'],
  [
    'nothing but a header',
    patched(sound.subarray(0, 61), { batchLength: 49, count: 0, lastOffsetDelta: -1 }),
    'INVALID_RECORD',
  ],
  ['no records', patched(sound, { count: 0, lastOffsetDelta: -1 }), 'INVALID_RECORD'],
  ['a compression that nobody knows', patched(sound, { attributes: 5 }), 'UNKNOWN_SERVER_ERROR'],
]

const records: readonly Case[] = [
  ['fewer records than it says', patched(sound, { count: 2, lastOffsetDelta: 1 }), 'INVALID_RECORD'],
  ['more records than it says', patched(batchOf(three), { count: 2, lastOffsetDelta: 1 }), 'INVALID_RECORD'],
  ['offset deltas out of order', numbered([0, 2, 1], 'none'), 'INVALID_RECORD'],
  ['offset deltas with a gap', numbered([0, 1, 5], 'none'), 'INVALID_RECORD'],
  ['compressed offset deltas out of order', numbered([0, 2, 1], 'gzip'), 'UNKNOWN_SERVER_ERROR'],
  ['compressed offset deltas from 5 on', numbered([5, 6, 7], 'lz4'), 'UNKNOWN_SERVER_ERROR'],
  ['a record longer than it is', poked(0, 0x40), 'INVALID_RECORD'],
  ['a record that laps over the next one', poked(0, 0x10, three), 'INVALID_RECORD'],
  ['a record shorter than it is', poked(0, 2), 'INVALID_RECORD'],
  ['a key longer than its record', poked(4, 0x40), 'INVALID_RECORD'],
  ['a value of negative length', poked(5, 5), 'INVALID_RECORD'],
  ['a negative number of headers', poked(7, 1), 'INVALID_RECORD'],
  ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map((compression): Case => {
    const bytes = patched(sound, { attributes: compressionTypes.indexOf(compression) })
    return [`${compression} data that is none`, bytes, 'UNKNOWN_SERVER_ERROR']
  }),
]

const sizes: readonly Case[] = [
  ['what is over max.message.bytes', sound, 'MESSAGE_TOO_LARGE', { maxMessageBytes: sound.length - 1 }],
  ['what is too large, whatever the checksum', damaged(sound), 'MESSAGE_TOO_LARGE', { maxMessageBytes: 60 }],
  ['what is larger than a segment', sound, 'RECORD_LIST_TOO_LARGE', { segmentBytes: sound.length - 1 }],
  [
    'what grows over max.message.bytes',
    packed,
    'MESSAGE_TOO_LARGE',
    { compressionType: 'uncompressed', maxMessageBytes: 2000 },
  ],
  [
    'what would shrink below max.message.bytes',
    large,
    'MESSAGE_TOO_LARGE',
    { compressionType: 'gzip', maxMessageBytes: 2000 },
  ],
]

for (const [what, bytes, error, settings = {}] of [...notABatch, ...headers, ...records, ...sizes])
  test(`the log refuses ${what} with ${error}`, () => {
    const log = logOf(settings)
    const outcome = log.append(Buffer.from(bytes), usual)
    assert.is(outcome.error, error)
    assert.equal(outcome.error && [outcome.message, outcome.recordErrors], [null, []])
    assert.equal([log.endOffset, listed(log)], [0n, []])
  })

test('what is as large as max.message.bytes allows is taken', () => {
  assert.is(inShort(logOf({ maxMessageBytes: sound.length }).append(Buffer.from(sound), usual)), '0')
})

test('zstd is taken from Produce version 7 on', () => {
  const log = logOf()
  const zstd = () => batchOf(['a'], { compression: 'zstd' })
  assert.is(inShort(log.append(zstd(), { ...usual, version: 6 })), 'UNSUPPORTED_COMPRESSION_TYPE')
  assert.is(inShort(log.append(zstd(), { ...usual, version: 7 })), '0')
})

test('attributes that nobody knows are no reason to refuse a batch', () => {
  assert.is(inShort(logOf().append(patched(sound, { attributes: 0x700 }), usual)), '0')
})

test('a refusal tells where the log starts in the cases in which Kafka tells it', () => {
  const log = logOf()
  log.append(batchOf(three), usual)
  log.append(batchOf(['d'], { producerId: 1n, producerEpoch: 0, baseSequence: 0 }), usual)
  log.deleteBefore(3n)
  const gap = batchOf(['a'], { producerId: 1n, producerEpoch: 0, baseSequence: 7 })
  const starts: readonly [Buffer, bigint][] = [
    [Buffer.concat([sound, sound]), -1n],
    [damaged(sound), -1n],
    [patched(sound, { baseOffset: 5 }), 3n],
    [gap, 3n],
  ]
  for (const [bytes, start] of starts) assert.is(log.append(bytes, usual).logStartOffset, start)
})

test.run()
