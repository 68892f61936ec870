import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LogSettings, PartitionLog, TimedOffset } from '../../../src/broker/log'
import type { BatchOptions } from '../../support/wire'
import { batchOf, logOf, now, usual } from './log-rig'

/** One batch of records of these times. */
function write(
  log: PartitionLog,
  times: readonly number[],
  options: BatchOptions = {},
  leaderEpoch = 0,
): void {
  const messages = times.map(timestamp => ({ value: `at ${timestamp}`, timestamp }))
  log.append(batchOf(messages, options), { ...usual, leaderEpoch })
}

/** As Apache Kafka 4.3.1 was seen to answer for the same batches. */
function unordered(settings: Partial<LogSettings> = {}): PartitionLog {
  const log = logOf(settings)
  write(log, [100, 50, 300])
  write(log, [200, 300, 250], { compression: 'gzip' }, 1)
  write(log, [20, 10])
  write(log, [400, 350, 400], {}, 2)
  write(log, [-1])
  return log
}

const inShort = (found: TimedOffset | undefined) =>
  found && [found.offset, found.timestamp, found.leaderEpoch]
const at = (log: PartitionLog, time: number) => inShort(log.offsetForTime(BigInt(time)))

test('a time leads to the first record, not batch, that is not older', () => {
  const log = unordered()
  for (const time of [0, 50, 60, 100]) assert.equal(at(log, time), [0n, 100n, 0])
  for (const time of [101, 200, 300]) assert.equal(at(log, time), [2n, 300n, 0])
  for (const time of [301, 350, 400]) assert.equal(at(log, time), [8n, 400n, 2])
  assert.is(at(log, 401), undefined)
})

test('records before the start of the log are not found', () => {
  const log = unordered()
  log.deleteBefore(3n)
  assert.equal(at(log, 0), [3n, 200n, 1])
  assert.equal(at(log, 300), [4n, 300n, 1])
  log.deleteBefore(5n)
  assert.equal(at(log, 0), [5n, 250n, 1])
  assert.equal(at(log, 260), [8n, 400n, 2])
  log.deleteBefore(10n)
  assert.equal(at(log, 0), [10n, 400n, 2])
  log.deleteBefore(11n)
  assert.is(at(log, 0), undefined)
})

test('the newest record is the first one with the newest time', () => {
  assert.equal(inShort(unordered().maxTimestamp()), [8n, 400n, 2])
})

test('the newest record is told even before the start, while its batch is kept', () => {
  const log = unordered()
  log.deleteBefore(10n)
  assert.equal(inShort(log.maxTimestamp()), [8n, 400n, 2])
})

test('an empty log has no newest record, and one without times its first', () => {
  const log = logOf()
  assert.is(log.maxTimestamp(), undefined)
  assert.is(at(log, 0), undefined)
  write(log, [-1, -1])
  assert.equal(inShort(log.maxTimestamp()), [0n, -1n, 0])
  assert.is(at(log, 0), undefined)
})

test('where the log gives the times, a batch is found by its first record', () => {
  const log = unordered({ timestampType: 'LogAppendTime' })
  assert.equal(at(log, 0), [0n, BigInt(now), 0])
  assert.equal(inShort(log.maxTimestamp()), [0n, BigInt(now), 0])
  log.append(batchOf(['late']), { ...usual, now: now + 5 })
  assert.equal(at(log, now + 1), [12n, BigInt(now + 5), 0])
  assert.equal(inShort(log.maxTimestamp()), [12n, BigInt(now + 5), 0])
})

test.run()
