import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorruptRecordError } from '../../src'
import { codecs } from '../../src/compression'
import { AbortedTransactions } from '../../src/consumer/aborted'
import { FetchMemory } from '../../src/consumer/byte-budget'
import { DecompressionMeter } from '../../src/consumer/decompression-meter'
import { Fetched, type Piece, type PieceLimit } from '../../src/consumer/fetched'
import { encodeBatch, readBatches } from '../../src/protocol'

const at = { topic: 'orders', partition: 0 }

/** Batches of so many messages each, the first at offset 0; the value of each message is its offset. */
function logOf(sizes: readonly number[], isCompressed = false): Buffer {
  let offset = 0
  return Buffer.concat(
    sizes.map(size => {
      const messages = Array.from({ length: size }, (_, i) => ({ value: String(offset + i) }))
      const bytes = encodeBatch(messages, { timestamp: 0, codec: isCompressed ? codecs('gzip') : undefined })
      bytes.writeBigInt64BE(BigInt(offset), 0)
      offset += size
      return bytes
    }),
  )
}

function fetchedOf(bytes: Buffer, { from = 0n, budget = new FetchMemory(1e9).join() } = {}): Fetched {
  const meter = new DecompressionMeter(codecs)
  const batches = readBatches(bytes, { ...at, codecs: meter.lookup })
  const context = {
    bytes: bytes.length,
    from: { offset: from, leaderEpoch: -1 },
    highWatermark: 1_000_000n,
    aborted: new AbortedTransactions([]),
    meter,
    budget,
  }
  return new Fetched(batches, context.budget.hold(bytes.length), context)
}

function readAll(fetched: Fetched, limit: PieceLimit): readonly Piece[] {
  const pieces: Piece[] = []
  for (let piece = fetched.read(limit); piece !== undefined; piece = fetched.read(limit)) pieces.push(piece)
  return pieces
}

const valuesOf = (pieces: readonly Piece[]) =>
  pieces.flatMap(({ messages }) => messages.map(({ value }) => Number(value!.toString())))
const noLimit = { messages: Infinity, bytes: Infinity }

test('however it is cut, every message from the wanted offset on comes once and in order', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      sizes,
      fc.nat(60),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      (list, from, messages, gzip) => {
        const total = list.reduce((sum, size) => sum + size, 0)
        const fetched = fetchedOf(logOf(list, gzip), { from: BigInt(from) })
        const pieces = readAll(fetched, { messages, bytes: Infinity })
        assert.equal(
          valuesOf(pieces),
          Array.from({ length: Math.max(0, total - from) }, (_, i) => from + i),
        )
        assert.ok(pieces.every(piece => piece.messages.length <= messages))
        for (const { messages: some, position } of pieces)
          if (some.length > 0) assert.is(position.offset, some.at(-1)!.offset + 1n)
        if (total > from) assert.is(fetched.end.offset, BigInt(total))
        assert.ok(fetched.isRead)
      },
    ),
    { seed: 3, numRuns: 200 },
  )
})

test('when all is read and let go the budget is whole again', () => {
  const budget = new FetchMemory(1e6).join()
  const fetched = fetchedOf(logOf([10, 10, 10], true), { budget })
  const pieces = readAll(fetched, { messages: 7, bytes: Infinity })
  assert.ok(budget.held > 0)
  for (const { holdings } of pieces) for (const holding of holdings) holding.release()
  fetched.close()
  assert.is(budget.held, 0)
})

test('what is dropped unread leaves nothing in the budget', () => {
  const budget = new FetchMemory(1e6).join()
  const fetched = fetchedOf(logOf([10, 10], true), { budget })
  const piece = fetched.read({ messages: 3, bytes: Infinity })!
  fetched.close()
  for (const holding of piece.holdings) holding.release()
  assert.is(budget.held, 0)
})

test('a piece ends when it holds enough bytes', () => {
  const pieces = readAll(fetchedOf(logOf([10, 10, 10])), { messages: Infinity, bytes: 1 })
  assert.equal(
    pieces.map(({ messages }) => messages.length),
    [10, 10, 10],
  )
})

test('a piece of a batch counts its share of the bytes', () => {
  const bytes = logOf([100])
  const pieces = readAll(fetchedOf(bytes), { messages: 10, bytes: Infinity })
  assert.is(
    pieces.reduce((sum, piece) => sum + piece.bytes, 0),
    bytes.length,
  )
})

test('damage is met after all that is good, and again and again', () => {
  const bytes = logOf([5, 5, 5])
  const fifth = logOf([5]).length
  bytes[fifth + 70]! ^= 1
  const fetched = fetchedOf(bytes)
  assert.is(fetched.read(noLimit)!.messages.length, 5)
  for (let i = 0; i < 2; i++)
    assert.throws(
      () => fetched.read(noLimit),
      (error: Error) => error instanceof CorruptRecordError && error.offset === 5n,
    )
  assert.not(fetched.isRead)
})

test('a batch that cannot be one is met after those before it', () => {
  const bytes = logOf([5, 5])
  bytes[logOf([5]).length + 16] = 9
  const fetched = fetchedOf(bytes)
  assert.is(fetched.read(noLimit)!.messages.length, 5)
  assert.throws(
    () => fetched.read(noLimit),
    (error: Error) => error instanceof CorruptRecordError,
  )
})

test('a batch that is cut off at the end is left for the next fetch', () => {
  const bytes = logOf([5, 5])
  const fetched = fetchedOf(bytes.subarray(0, bytes.length - 3))
  assert.is(fetched.end.offset, 5n)
  assert.equal(valuesOf(readAll(fetched, noLimit)), [0, 1, 2, 3, 4])
})

test.run()
