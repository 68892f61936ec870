import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PartitionLog } from '../../../src/broker/log'
import { batchOf, inShort, logOf, usual } from './log-rig'

const write = (log: PartitionLog, producerId: bigint, baseSequence = 0, producerEpoch = 0) =>
  inShort(log.append(batchOf(['a'], { producerId, producerEpoch, baseSequence, transactional: true }), usual))

const end = (log: PartitionLog, type: 'commit' | 'abort', producerId: bigint, producerEpoch = 0) =>
  inShort(log.appendControl({ type, producerId, producerEpoch, coordinatorEpoch: 0 }, usual))

const plain = (log: PartitionLog) => inShort(log.append(batchOf(['plain']), usual))

const stable = (log: PartitionLog, highWatermark = log.endOffset) => log.lastStableOffset(highWatermark)

/** Producer and first offset of what a reader of everything has to leave out. */
const aborted = (log: PartitionLog, from = 0n) =>
  log
    .abortedTransactions(from, log.sizeInBytes)
    .map(({ producerId, firstOffset }) => `${producerId}@${firstOffset}`)

test('what is stable ends where the first open transaction begins', () => {
  const log = logOf()
  plain(log)
  assert.is(stable(log), 1n)
  write(log, 7n)
  write(log, 8n)
  plain(log)
  assert.is(stable(log), 1n)
  end(log, 'commit', 7n)
  assert.is(stable(log), 2n)
  end(log, 'abort', 8n)
  assert.is(stable(log), 6n)
  assert.equal(aborted(log), ['8@2'])
})

test('an end that consumers may not see yet does not make its transaction stable', () => {
  const log = logOf()
  plain(log)
  write(log, 7n)
  end(log, 'commit', 7n)
  assert.is(stable(log, 0n), 0n)
  assert.is(stable(log, 1n), 1n)
  assert.is(stable(log, 2n), 1n)
  assert.is(stable(log, 3n), 3n)
})

test('an end without a transaction here is written, and leaves nothing out', () => {
  const log = logOf()
  assert.is(end(log, 'abort', 7n), '0')
  assert.is(stable(log), 1n)
  assert.equal(aborted(log), [])
})

test('an end under a new epoch ends the transaction of the old one, and sequences begin again', () => {
  const log = logOf()
  write(log, 7n, 0, 3)
  write(log, 7n, 1, 3)
  assert.is(end(log, 'commit', 7n, 2), 'INVALID_PRODUCER_EPOCH')
  assert.is(end(log, 'commit', 7n, 4), '2')
  assert.is(write(log, 7n, 2, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(write(log, 7n, 0, 3), 'INVALID_PRODUCER_EPOCH')
  assert.is(write(log, 7n, 0, 4), '3')
  assert.is(stable(log), 3n)
})

test('a truncated end opens its transaction again; a truncated beginning was never there', () => {
  const log = logOf()
  plain(log)
  write(log, 7n)
  write(log, 8n)
  end(log, 'abort', 7n)
  end(log, 'commit', 8n)
  log.truncateTo(4n)
  assert.is(stable(log), 2n)
  assert.equal(aborted(log), ['7@1'])
  log.truncateTo(3n)
  assert.is(stable(log), 1n)
  assert.equal(aborted(log), [])
  log.truncateTo(2n)
  assert.is(end(log, 'abort', 8n), '2')
  assert.is(end(log, 'abort', 7n), '3')
  assert.is(stable(log), 4n)
  assert.equal(aborted(log), ['7@1'])
})

test('what is deleted is not told any more, unless its end is still there', () => {
  const log = logOf()
  write(log, 7n)
  write(log, 8n)
  end(log, 'abort', 7n)
  log.deleteBefore(1n)
  assert.is(stable(log), 1n)
  assert.equal(aborted(log, 1n), ['7@0'])
  log.deleteBefore(3n)
  assert.is(stable(log), 3n)
  assert.equal(aborted(log, 3n), [])
  end(log, 'abort', 8n)
  assert.is(stable(log), 4n)
  assert.equal(aborted(log, 3n), ['8@1'])
})

test('nobody is forgotten in the midst of a transaction', () => {
  const log = logOf()
  write(log, 7n)
  write(log, 8n)
  end(log, 'commit', 8n)
  log.producers.expire(Number.MAX_SAFE_INTEGER)
  log.producers.forget()
  assert.equal(
    [...log.producers].map(({ producerId }) => producerId),
    [7n],
  )
  end(log, 'abort', 7n)
  assert.equal(aborted(log), ['7@0'])
})

test('far behind what was read nothing is told of', () => {
  const log = logOf()
  write(log, 7n)
  end(log, 'abort', 7n)
  for (let i = 0; i < 200; i++) plain(log)
  write(log, 8n)
  end(log, 'abort', 8n)
  assert.equal(
    log.abortedTransactions(0n, 100).map(({ producerId }) => producerId),
    [7n],
  )
  assert.equal(aborted(log), ['7@0', '8@202'])
  assert.equal(log.abortedTransactions(0n, 0), [])
})

test.run()
