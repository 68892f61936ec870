import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PartitionLog } from '../../../src/broker/log'
import { batchOf, logOf, usual } from './log-rig'

const write = (log: PartitionLog, leaderEpoch: number) =>
  log.append(batchOf(['a', 'b']), { ...usual, leaderEpoch })

/** Epoch 1 has the offsets 0 to 3, epoch 4 has 4 and 5, epoch 5 has nothing yet. */
function written(): PartitionLog {
  const log = logOf()
  for (const epoch of [1, 1, 4]) write(log, epoch)
  log.beginEpoch(5)
  return log
}

const end = (log: PartitionLog, epoch: number) => {
  const { leaderEpoch, endOffset } = log.endOffsetOf(epoch)
  return [leaderEpoch, endOffset]
}

test('an epoch ends where the next one begins, and the latest at the end of the log', () => {
  const log = written()
  assert.equal(end(log, 1), [1, 4n])
  assert.equal(end(log, 4), [4, 6n])
  assert.equal(end(log, 5), [5, 6n])
  write(log, 5)
  assert.equal(end(log, 5), [5, 8n])
})

test('of an epoch that wrote nothing the one before it is told', () => {
  assert.equal(end(written(), 3), [1, 4n])
})

test('an epoch before the first ends where that begins, and one behind the latest is not known', () => {
  const log = written()
  assert.equal(end(log, 0), [0, 0n])
  assert.equal(end(log, 6), [-1, -1n])
  assert.equal(end(log, -1), [-1, -1n])
  assert.equal(end(logOf(), 0), [-1, -1n])
})

test('a leader that writes nothing before the next one begins leaves no trace', () => {
  const log = logOf()
  log.beginEpoch(0)
  assert.equal(end(log, 0), [0, 0n])
  log.beginEpoch(1)
  log.beginEpoch(2)
  write(log, 2)
  assert.equal(end(log, 1), [1, 0n])
  assert.equal(end(log, 2), [2, 2n])
  log.beginEpoch(4)
  log.beginEpoch(7)
  assert.equal(end(log, 5), [2, 2n])
})

test('each offset belongs to an epoch', () => {
  const log = written()
  assert.equal(
    [0n, 3n, 4n, 5n, 6n].map(offset => log.epochAt(offset)),
    [1, 1, 4, 4, 5],
  )
  assert.is(logOf().epochAt(0n), undefined)
})

test('epochs that began behind the cut go with it', () => {
  const log = written()
  log.truncateTo(4n)
  assert.equal(end(log, 1), [1, 4n])
  assert.equal(end(log, 4), [-1, -1n])
  log.beginEpoch(6)
  write(log, 6)
  assert.equal(end(log, 4), [1, 4n])
  assert.equal(end(log, 6), [6, 6n])
})

test('where the log starts, the epoch of the first record starts', () => {
  const log = written()
  log.deleteBefore(2n)
  assert.equal(end(log, 0), [0, 2n])
  assert.equal(end(log, 1), [1, 4n])
  log.deleteBefore(5n)
  assert.equal(end(log, 1), [1, 5n])
  assert.equal(end(log, 4), [4, 6n])
})

test.run()
