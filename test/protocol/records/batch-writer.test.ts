import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, BufferPool, Long, type Codec, type Message } from '../../../src/kernel'
import { BatchWriter, encodeBatch, sizeOf } from '../../../src/protocol'
import { batchOf, parts } from './reading'

const header = 61
const now = Date.UTC(2026, 0, 1)

function filled(messages: readonly Message[], pool = new BufferPool(1 << 20)): BatchWriter {
  const batch = new BatchWriter(pool, 1024)
  for (const message of messages) batch.append(message, now)
  return batch
}

function refusal(argument: string): (error: unknown) => boolean {
  return error => error instanceof ArgumentError && error.argument === argument
}

test('an append answers the bytes it took, and the batch counts them', () => {
  const batch = new BatchWriter(new BufferPool(0))
  assert.is(batch.bytes, header)
  // Length, attributes, timestamp, offset, key length, value length, 5 bytes, header count.
  assert.is(batch.append({ value: 'hello' }, now), 12)
  assert.is(batch.append({ key: 'k', value: Buffer.alloc(200) }, now), 210)
  assert.is(batch.bytes, header + 12 + 210)
  assert.is(batch.count, 2)
  batch.seal()
  assert.is(batch.stamp().length, batch.bytes)
})

test('the size told before is never below the bytes taken', () => {
  const batch = new BatchWriter(new BufferPool(0))
  const messages: Message[] = [
    { value: null },
    { value: '' },
    { key: '\u00e9'.repeat(10), value: '\u20ac'.repeat(5000) },
    { key: '\ud83d\ude00'.repeat(9), value: Buffer.alloc(70_000), headers: [['\u20ac', '\ud83d\ude00']] },
    { value: 'x', headers: Array.from({ length: 100 }, (_, index) => [`name-${index}`, null] as const) },
    { value: 'x', headers: Array.from({ length: 100 }, () => ['', null] as const) },
    { value: 'x', timestamp: Number.MAX_SAFE_INTEGER },
  ]
  for (const message of messages) assert.ok(sizeOf(message) >= batch.append(message, 0))
})

test('a batch grows beyond its first buffer and keeps what it holds', () => {
  const messages = Array.from({ length: 500 }, (_, index) => ({ key: `${index}`, value: 'v'.repeat(index) }))
  const pool = new BufferPool(1 << 20)
  const batch = filled(messages, pool)
  assert.ok(batch.allocatedBytes > 100_000)
  assert.is(pool.idleBytes, batch.allocatedBytes - 1024)
  batch.seal()
  const read = batchOf(batch.stamp()).records()
  assert.equal(
    read.map(({ key, value }) => ({ key: key!.toString(), value: value!.toString() })),
    messages,
  )
})

test('lengths of every width are right, whatever the record before was like', () => {
  const sizes = [0, 60, 62, 63, 64, 8000, 50, 8189, 8190, 8191, 8192, 1_048_570, 1_048_576, 1, 8192]
  const messages = sizes.flatMap(size => [
    { value: Buffer.alloc(size, 1), key: 'ab' },
    { value: 's'.repeat(size), key: '\u00e9'.repeat(size % 70) },
  ])
  const read = batchOf(encodeBatch(messages, { timestamp: now })).records()
  read.forEach(({ key, value }, index) => {
    assert.is(key!.toString(), messages[index]!.key)
    assert.ok(value!.equals(Buffer.from(messages[index]!.value)))
  })
})

test('a batch takes its times from its records: the first as base, the latest as maximum', () => {
  const timestamps = [now, now - 5, now + 86_400_000, 0, undefined]
  const batch = filled(
    timestamps.map(timestamp => (timestamp === undefined ? { value: '' } : { value: '', timestamp })),
  )
  batch.seal()
  const read = batchOf(batch.stamp())
  assert.equal(
    read.records().map(({ timestamp }) => Number(timestamp)),
    [now, now - 5, now + 86_400_000, 0, now],
  )
  assert.is(read.maxTimestamp, BigInt(now + 86_400_000))
})

test('a time may be a number, a bigint, a Long, a Date or -1 for none', () => {
  const timestamps = [now, BigInt(now), Long.fromNumber(now), new Date(now)]
  const messages = timestamps.map(timestamp => ({ value: 'x', timestamp }))
  const read = batchOf(encodeBatch(messages, { timestamp: 0 })).records()
  assert.equal(
    read.map(({ timestamp }) => timestamp),
    timestamps.map(() => BigInt(now)),
  )
  const unknown = batchOf(encodeBatch([{ value: 'x', timestamp: -1 }], { timestamp: now })).records()
  assert.is(unknown[0]!.timestamp, -1n)
})

test('the same sealed batch can be stamped again, as a new epoch asks', () => {
  const batch = filled([{ value: 'a' }, { value: 'b' }])
  batch.seal({ transactional: true })
  for (const [producerEpoch, baseSequence] of [
    [0, 17],
    [1, 0],
  ] as const) {
    const read = batchOf(batch.stamp({ producerId: 2n ** 62n, producerEpoch, baseSequence }))
    read.verify()
    assert.equal(
      [read.producerId, read.producerEpoch, read.baseSequence, read.isTransactional, read.count],
      [2n ** 62n, producerEpoch, baseSequence, true, 2],
    )
  }
})

test('compressed records occupy a buffer of their own size, and the large one goes back', () => {
  const pool = new BufferPool(1 << 20)
  const batch = filled([{ value: Buffer.alloc(100_000) }], pool)
  const open = batch.allocatedBytes
  const codec: Codec = {
    type: 'lz4',
    compress: (data, level) => Buffer.from(`${data.length} bytes at level ${level}`),
    decompress: () => Buffer.alloc(0),
  }
  batch.seal({ codec, level: 3 })
  const bytes = batch.stamp()
  assert.is(bytes.toString('latin1', header), '100011 bytes at level 3')
  assert.is(batchOf(bytes).compression, 'lz4')
  assert.is(batch.allocatedBytes, 1024)
  assert.ok(pool.idleBytes >= open)
})

test('a released buffer is written by the next batch, and releasing twice gives back once', () => {
  const pool = new BufferPool(1 << 20)
  const batch = filled([{ value: 'x' }], pool)
  batch.release()
  batch.release()
  assert.is(pool.idleBytes, 1024)
  filled([], pool)
  assert.is(pool.idleBytes, 0)
})

test('a message that cannot be sent is refused by name, and the batch stays as it was', () => {
  const batch = filled([{ value: 'before' }])
  const wrong = {
    value: 'x',
    headers: [
      ['ok', 'ok'],
      ['bad', 7],
    ],
  } as unknown as Message
  assert.throws(() => batch.append(wrong, now), refusal('message.headers[1][1]'))
  assert.throws(() => batch.append(wrong, now, 4), refusal('messages[4].headers[1][1]'))
  batch.append({ value: 'after' }, now)
  batch.seal()
  assert.equal(
    batchOf(batch.stamp())
      .records()
      .map(record => parts(record).value),
    ['before', 'after'],
  )
})

test('each wrong part of a message has its name in the error', () => {
  const cases: [unknown, string, string][] = [
    [undefined, '', 'undefined'],
    ['text', '', '"text"'],
    [{}, '.value', 'undefined'],
    [{ value: 1 }, '.value', '1'],
    [{ value: { a: 1 } }, '.value', 'object a'],
    [{ value: '', key: 5n }, '.key', '5n'],
    [{ value: '', headers: { a: 'b' } }, '.headers', 'object a'],
    [{ value: '', headers: ['a'] }, '.headers[0]', '"a"'],
    [{ value: '', headers: [[1, 'a']] }, '.headers[0][0]', '1'],
    [{ value: '', headers: [['a']] }, '.headers[0][1]', 'undefined'],
    [{ value: '', timestamp: 1.5 }, '.timestamp', '1.5'],
    [{ value: '', timestamp: -2 }, '.timestamp', '-2'],
    [{ value: '', timestamp: 2n ** 60n }, '.timestamp', `${2n ** 60n}n`],
    [{ value: '', timestamp: new Date(NaN) }, '.timestamp', 'object'],
    [{ value: '', timestamp: 'now' }, '.timestamp', '"now"'],
  ]
  for (const [message, part, shown] of cases) {
    const all = [{ value: 'good' }, message as Message]
    assert.throws(
      () => encodeBatch(all, { timestamp: now }),
      (error: unknown) =>
        refusal(`messages[1]${part}`)(error) && (error as Error).message.endsWith(`got ${shown}`),
      part,
    )
  }
})

test('an empty batch cannot be sealed, an open one not stamped, a sealed one not appended to', () => {
  const batch = new BatchWriter(new BufferPool(0))
  assert.throws(() => batch.seal(), refusal('batch'))
  assert.throws(() => batch.stamp(), refusal('batch'))
  batch.append({ value: '' }, now)
  batch.seal()
  assert.throws(() => batch.append({ value: '' }, now), refusal('batch'))
  assert.throws(() => batch.seal(), refusal('batch'))
})

test.run()
