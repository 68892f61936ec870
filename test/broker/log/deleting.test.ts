import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../../src/kernel'
import type { LogSettings, PartitionLog } from '../../../src/broker/log'
import { batchOf, inShort, listed, logOf, usual } from './log-rig'

const pair = ['a', 'b']
const size = batchOf(pair).length

/** Batches of two records each, of one producer, whose sequences are the offsets. */
function filled(count: number, settings: Partial<LogSettings> = {}): PartitionLog {
  const log = logOf(settings)
  for (let index = 0; index < count; index++) write(log, 2 * index)
  return log
}

const write = (log: PartitionLog, baseSequence: number, producerEpoch = 0, producerId = 7n) =>
  inShort(log.append(batchOf(pair, { producerId, producerEpoch, baseSequence }), usual))
const span = ({ startOffset, endOffset, sizeInBytes }: PartitionLog) => [
  startOffset,
  endOffset,
  sizeInBytes / size,
]

test('what is deleted moves the start, and the batches that end before it go', () => {
  const log = filled(3)
  log.deleteBefore(3n)
  assert.equal(span(log), [3n, 6n, 2])
  assert.equal(listed(log)[0], '2 a')
  log.deleteBefore(2n)
  assert.equal(span(log), [3n, 6n, 2])
  log.deleteBefore(6n)
  assert.equal(span(log), [6n, 6n, 0])
})

test('nothing behind the end can be deleted', () => {
  const log = filled(1)
  assert.throws(
    () => log.deleteBefore(3n),
    (error: unknown) => error instanceof ArgumentError,
  )
  assert.equal(span(log), [0n, 2n, 1])
})

test('who wrote what is deleted is still known', () => {
  const log = filled(3)
  log.deleteBefore(6n)
  assert.is(write(log, 4), 'duplicate 4')
  assert.is(write(log, 8), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(write(log, 6), '6')
})

test('the oldest batch can be let go', () => {
  const log = filled(2)
  assert.is(log.dropOldest(), size)
  assert.equal(span(log), [2n, 4n, 1])
  assert.is(log.dropOldest(), size)
  assert.equal(span(log), [4n, 4n, 0])
  assert.is(log.dropOldest(), 0)
})

test('the oldest batches go while retention.bytes are kept without them', () => {
  const log = filled(5, { retentionBytes: 3 * size })
  assert.equal(span(log), [4n, 10n, 3])
  assert.equal(span(filled(5, { retentionBytes: 3 * size + 1 })), [2n, 10n, 4])
  assert.equal(span(filled(5, { retentionBytes: 0 })), [10n, 10n, 0])
})

test('a topic that is only compacted deletes nothing for its size', () => {
  const cleanupPolicy = { compact: true, delete: false }
  const log = logOf({ retentionBytes: 0, cleanupPolicy })
  log.append(batchOf([{ key: 'k', value: 'a' }]), usual)
  assert.is(log.startOffset, 0n)
})

test('what is cut off at the end goes by whole batches, and the offset is the end', () => {
  const log = filled(3)
  log.truncateTo(9n)
  assert.equal(span(log), [0n, 6n, 3])
  log.truncateTo(4n)
  assert.equal(span(log), [0n, 4n, 2])
  log.truncateTo(3n)
  assert.equal(span(log), [0n, 3n, 1])
  assert.is(inShort(log.append(batchOf(['c']), usual)), '3')
  assert.equal(listed(log), ['0 a', '1 b', '3 c'])
})

test('cut off before its start a log is empty and starts there', () => {
  const log = filled(3)
  log.deleteBefore(4n)
  log.truncateTo(1n)
  assert.equal(span(log), [1n, 1n, 0])
})

test('after a cut producers go on from what remains', () => {
  const log = filled(7)
  log.truncateTo(8n)
  assert.is(write(log, 10), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(write(log, 2), 'duplicate 2')
  assert.is(write(log, 8), '8')
})

test('after a cut an epoch that began behind it is not known', () => {
  const log = filled(2)
  write(log, 0, 5)
  log.truncateTo(4n)
  assert.is(write(log, 4, 0), '4')
})

test('after a cut a producer of which nothing remains is forgotten, and others stay as they are', () => {
  const log = filled(2)
  write(log, 0, 0, 8n)
  log.deleteBefore(4n)
  const before = [...log.producers]
  write(log, 100, 0, 9n)
  log.truncateTo(6n)
  assert.equal([...log.producers], before)
  assert.is(write(log, 4), '6')
})

test('after a cut the markers that remain count as before', () => {
  const log = filled(1)
  const marker = { type: 'commit', producerId: 7n, producerEpoch: 3, coordinatorEpoch: 9 } as const
  log.appendControl(marker, usual)
  write(log, 0, 3)
  log.truncateTo(3n)
  const { epoch, coordinatorEpoch, batches } = log.producers.get(7n)!
  assert.equal([epoch, coordinatorEpoch, batches.length], [3, 9, 0])
})

test.run()
