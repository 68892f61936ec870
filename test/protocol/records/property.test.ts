import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  compressionTypes,
  CorruptRecordError,
  Long,
  UnsupportedError,
  type Bytes,
  type Message,
} from '../../../src/kernel'
import { encodeBatch, encodeMessageSet } from '../../../src/protocol'
import { codecs } from '../../../src/compression'
import { batchesOf, batchOf } from './reading'

const now = Date.UTC(2026, 0, 1)
const gzip = codecs('gzip')
const compression = fc.constantFrom(...compressionTypes)
const oldCompression = fc.constantFrom('none' as const, 'gzip' as const, 'snappy' as const, 'lz4' as const)

/** Texts and bytes around the lengths where their encoding changes form. */
const length = fc.oneof(fc.nat({ max: 70 }), fc.constantFrom(127, 128, 4096, 4097, 8191, 8192))
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(length, fc.constantFrom('a', '\u00e9', '\u20ac', '\ud83d\ude00'))
    .map(([size, unit]) => unit.repeat(size)),
)
const bytes: fc.Arbitrary<Bytes> = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 80 }),
  length.map(size => Buffer.alloc(size, size)),
)
const ms = fc.oneof(
  fc.constantFrom(-1, 0, now, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: now - 1e9, max: now + 1e9 }),
)
const timestamp = fc.oneof(
  fc.constant(undefined),
  ms,
  ms.map(BigInt),
  ms.map(value => Long.fromNumber(value)),
  fc.nat({ max: 8.64e12 }).map(value => new Date(value)),
)
const orNull = (arbitrary: fc.Arbitrary<Bytes>) => fc.option(arbitrary, { freq: 5 })
const plainMessage = fc.record<Message>(
  { key: orNull(bytes), value: orNull(bytes), timestamp },
  { requiredKeys: ['value'] },
)
const headers = fc.array(fc.tuple(text, orNull(bytes)), { maxLength: 5 })
const message = fc.oneof(
  plainMessage,
  fc.tuple(plainMessage, headers).map(([plain, list]) => ({ ...plain, headers: list })),
)
const messages = fc.array(message, { minLength: 1, maxLength: 30 })
const plainMessages = fc.array(plainMessage, { minLength: 1, maxLength: 15 })

const toHex = (value: Bytes | null | undefined) =>
  value === null || value === undefined ? null : Buffer.from(value as string).toString('hex')

function timeOf(time: Message['timestamp']): number {
  if (time === undefined) return now
  return Long.isLong(time) ? time.toNumber() : Number(time)
}

/** What must come out again. */
function outcome({ key, value, headers = [], timestamp }: Message, index: number) {
  return {
    offset: index,
    timestamp: timeOf(timestamp),
    key: toHex(key),
    value: toHex(value),
    headers: headers.map(([name, of]) => [Buffer.from(name).toString(), toHex(of)]),
  }
}

function readBack(encoded: Buffer) {
  return [...batchesOf(encoded)]
    .flatMap(batch => batch.records())
    .map(({ offset, timestamp, key, value, headers }) => ({
      offset: Number(offset),
      timestamp: Number(timestamp),
      key: toHex(key),
      value: toHex(value),
      headers: headers.map(([name, of]) => [name, toHex(of)]),
    }))
}

test('what is written to a batch is read from it', () => {
  fc.assert(
    fc.property(messages, compression, (all, type) => {
      const encoded = encodeBatch(all, { timestamp: now, codec: codecs(type) })
      assert.equal(readBack(encoded), all.map(outcome))
    }),
    { seed: 2, numRuns: 50 },
  )
})

test('what is written to a message set is read from it', () => {
  fc.assert(
    fc.property(plainMessages, oldCompression, fc.constantFrom(0, 1), (all, type, magic) => {
      const encoded = encodeMessageSet(all, { magic, timestamp: now, codec: codecs(type, magic) })
      const expected = all.map(outcome).map(one => (magic === 0 ? { ...one, timestamp: -1 } : one))
      assert.equal(readBack(encoded), expected)
    }),
    { seed: 1, numRuns: 40 },
  )
})

/** Several batches of all formats, the bytes of which the cases below damage. */
const log = Buffer.concat(
  [undefined, gzip].flatMap(codec => {
    const all = Array.from({ length: 5 }, (_, index) => ({ key: `k${index}`, value: 'v'.repeat(index * 20) }))
    const withHeaders = all.map(one => ({
      ...one,
      headers: [['name', 'value'] as const, ['none', null] as const],
    }))
    return [
      encodeMessageSet(all, { magic: 0, timestamp: now, codec }),
      encodeMessageSet(all, { magic: 1, timestamp: now, codec }),
      encodeBatch(withHeaders, { timestamp: now, codec, producerId: 5n, producerEpoch: 1, baseSequence: 10 }),
    ]
  }),
)

/** Reads all there is; answers false where it was refused with an error that a caller can expect. */
function readsOrRefuses(damaged: Buffer, checkCrc: boolean): boolean {
  const batches = batchesOf(damaged, { checkCrc, maxDecompressedBytes: 1 << 20 })
  try {
    for (const batch of batches) {
      batch.control()
      for (const { key, value, headers, offset, timestamp } of batch.records())
        assert.type([key?.length, value?.length, headers.length, offset, timestamp], 'object')
    }
    return true
  } catch (error) {
    if (error instanceof CorruptRecordError || error instanceof UnsupportedError) return false
    throw error
  }
}

test('damaged bytes are read or refused, and nothing else happens', () => {
  const change = fc.tuple(
    fc.nat({ max: log.length - 1 }),
    fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x7f, 0x80, 0xff)),
  )
  let refused = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
      const damaged = Buffer.from(log)
      for (const [at, byte] of changes) damaged[at] = byte
      if (!readsOrRefuses(damaged, false)) refused++
      readsOrRefuses(damaged, true)
    }),
    { seed: 3, numRuns: 200 },
  )
  assert.ok(refused > 50)
})

test('bytes cut off anywhere give the batches before the cut', () => {
  const sizes = [...batchesOf(log)].map(({ sizeInBytes }) => sizeInBytes)
  for (let end = 0; end <= log.length; end += 7) {
    const batches = batchesOf(log.subarray(0, end))
    let whole = 0
    for (const { sizeInBytes } of batches) assert.is(sizeInBytes, sizes[whole++])
    const complete = sizes.slice(0, whole).reduce((sum, size) => sum + size, 0)
    assert.is(batches.trailingBytes, end - complete)
    assert.ok(batches.trailingBytes < (sizes[whole] ?? 1))
    assert.ok(readsOrRefuses(log.subarray(0, end), true))
  }
})

test('a number that lies anywhere in a small batch costs no time and no memory', () => {
  const small = encodeBatch([{ key: 'k', value: 'v', headers: [['h', 'x']] }], { timestamp: now })
  for (let at = 21; at < small.length; at++) {
    for (const lie of ['ffffffff0f', 'feffffff0f', '7fffffff', '80000000', 'ffffffffffffffffffff01']) {
      const damaged = Buffer.from(small)
      Buffer.from(lie, 'hex').copy(damaged, at)
      readsOrRefuses(damaged, false)
    }
  }
})

test('a batch is not asked for twice the records it has', () => {
  fc.assert(
    fc.property(messages, fc.nat({ max: 31 }), fc.integer({ min: 1, max: 7 }), (all, from, step) => {
      const source = batchOf(encodeBatch(all, { timestamp: now })).open(BigInt(from))
      const offsets: number[] = []
      for (let part = source.take(step); part.length > 0; part = source.take(step)) {
        assert.ok(part.length <= step)
        offsets.push(...part.map(({ offset }) => Number(offset)))
      }
      assert.equal(offsets, [...all.keys()].slice(from))
    }),
    { seed: 4, numRuns: 50 },
  )
})

test.run()
