import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PartitionLog, ReadLimits } from '../../../src/broker/log'
import { batchesIn, batchOf, logOf, usual } from './log-rig'

/** Batches of two records each, all of one size. */
function filled(count: number): PartitionLog {
  const log = logOf()
  for (let index = 0; index < count; index++) log.append(batchOf(['a', 'b']), usual)
  return log
}
const size = batchOf(['a', 'b']).length

/** The base offsets of the batches read, and what is cut off behind them in bytes. */
function read(log: PartitionLog, from: bigint, maxBytes = 1e6, limits: Partial<ReadLimits> = {}): unknown[] {
  const chunks = log.read(from, maxBytes, { minOneBatch: false, upTo: log.endOffset, ...limits })
  const bytes = Buffer.concat(chunks)
  const whole = batchesIn(bytes)
  const rest = bytes.length - whole.reduce((sum, batch) => sum + batch.sizeInBytes, 0)
  return [...whole.map(batch => Number(batch.baseOffset)), ...(rest > 0 ? [`${rest} bytes`] : [])]
}

test('reading begins with the batch that holds the offset', () => {
  const log = filled(3)
  assert.equal(read(log, 0n), [0, 2, 4])
  assert.equal(read(log, 1n), [0, 2, 4])
  assert.equal(read(log, 2n), [2, 4])
  assert.equal(read(log, 5n), [4])
  assert.equal(read(log, 6n), [])
})

test('only whole batches are read, as many as the limit holds', () => {
  const log = filled(3)
  assert.equal(read(log, 0n, 2 * size), [0, 2])
  assert.equal(read(log, 0n, 2 * size - 1), [0])
  assert.equal(read(log, 0n, size - 1), [])
  assert.equal(read(log, 0n, 0), [])
})

test('the first batch comes even above the limit, if that is asked for', () => {
  const log = filled(3)
  assert.equal(read(log, 3n, 0, { minOneBatch: true }), [2])
  assert.equal(read(log, 3n, size + 1, { minOneBatch: true }), [2])
})

test('nothing is read that does not end before the bound', () => {
  const log = filled(3)
  assert.equal(read(log, 0n, 1e6, { upTo: 4n }), [0, 2])
  assert.equal(read(log, 0n, 1e6, { upTo: 3n }), [0])
  assert.equal(read(log, 0n, 1e6, { upTo: 1n, minOneBatch: true }), [])
})

test('a batch that does not fit can be cut off, as Kafka does', () => {
  const log = filled(3)
  assert.equal(read(log, 0n, size + 10, { cut: 'last' }), [0, '10 bytes'])
  assert.equal(read(log, 0n, 2 * size, { cut: 'last' }), [0, 2])
  assert.equal(read(log, 0n, 10, { cut: 'last' }), [])
  assert.equal(read(log, 0n, 10, { cut: 'last', minOneBatch: true }), [0])
  assert.equal(read(log, 0n, 10, { cut: 'any' }), ['10 bytes'])
  assert.equal(read(log, 0n, size + 10, { cut: 'any', upTo: 2n }), [0])
})

test('in a gap of compaction reading begins with the next batch', () => {
  const log = filled(5)
  log.compact(({ baseOffset }) => baseOffset !== 2n && baseOffset !== 4n && baseOffset !== 8n)
  assert.equal(read(log, 1n), [0, 6])
  assert.equal(read(log, 2n), [6])
  assert.equal(read(log, 5n), [6])
  assert.equal(read(log, 8n), [])
  assert.equal([log.startOffset, log.endOffset, log.sizeInBytes], [0n, 10n, 2 * size])
})

test('a transaction marker takes one offset and is read as a control batch', () => {
  const log = logOf()
  const marker = { type: 'abort', producerId: 5n, producerEpoch: 1, coordinatorEpoch: 3 } as const
  log.append(
    batchOf(['a'], { producerId: 5n, producerEpoch: 1, baseSequence: 0, transactional: true }),
    usual,
  )
  const outcome = log.appendControl(marker, { ...usual, leaderEpoch: 2 })
  assert.is(outcome.error === undefined && outcome.baseOffset, 1n)
  const [, control] = batchesIn(Buffer.concat(log.read(0n, 1e6, { minOneBatch: true, upTo: 2n })))
  assert.equal(control!.control(), { controlType: 'abort', coordinatorEpoch: 3 })
  assert.ok(control!.isTransactional)
  assert.equal([control!.baseOffset, control!.baseSequence, control!.leaderEpoch], [1n, -1, 2])
})

test('a marker does not interrupt the sequences of its producer, unless it bumps the epoch', () => {
  const log = logOf()
  const write = (producerEpoch: number, baseSequence: number) =>
    log.append(batchOf(['a'], { producerId: 5n, producerEpoch, baseSequence }), usual).error
  const marker = { type: 'commit', producerId: 5n, producerEpoch: 1, coordinatorEpoch: 3 } as const
  write(1, 0)
  log.appendControl(marker, usual)
  assert.is(write(1, 1), undefined)
  log.appendControl({ ...marker, producerEpoch: 2 }, usual)
  assert.is(write(1, 2), 'INVALID_PRODUCER_EPOCH')
  assert.is(write(2, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(write(2, 0), undefined)
})

test('a marker of an old producer or an old coordinator is refused', () => {
  const log = logOf()
  const marker = { type: 'commit', producerId: 5n, producerEpoch: 4, coordinatorEpoch: 3 } as const
  log.appendControl(marker, usual)
  assert.is(log.appendControl({ ...marker, producerEpoch: 3 }, usual).error, 'INVALID_PRODUCER_EPOCH')
  const old = { ...marker, coordinatorEpoch: 2 }
  assert.is(log.appendControl(old, usual).error, 'TRANSACTION_COORDINATOR_FENCED')
  assert.is(log.endOffset, 1n)
})

test.run()
