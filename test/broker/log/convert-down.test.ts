import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CompressionType, Message } from '../../../src/kernel'
import type { LogSettings, PartitionLog } from '../../../src/broker/log'
import { patched } from '../../support/wire'
import { batchesIn, batchOf, logOf, now, usual } from './log-rig'

const headers = [['h', 'x']] as const
const three: readonly Message[] = [5001, 5000, 5003].map((timestamp, index) => ({
  key: `k${index}`,
  value: `v${index}`,
  headers,
  timestamp,
}))

/** One batch of three messages of each compression. */
function logOfAll(
  compressions: readonly CompressionType[],
  settings: Partial<LogSettings> = {},
): PartitionLog {
  const log = logOf(settings)
  for (const compression of compressions) log.append(batchOf(three, { compression }), usual)
  return log
}

/** The message sets of a Fetch from this offset on: what was read is in `limit` bytes. */
function fetch(log: PartitionLog, magic: 0 | 1, from = 0n, limit = 1e6): Buffer[] | string {
  const batches = log.read(from, limit, { minOneBatch: false, upTo: log.endOffset, cut: 'any' })
  const sets = log.downConvert(batches, magic, from)
  return Array.isArray(sets) ? sets : sets.error
}

/** `offset@time key=value` of each record. */
function listed(sets: Buffer[] | string): unknown[] {
  const records = batchesIn(Buffer.concat(sets as Buffer[])).flatMap(batch => batch.records())
  return records.map(({ offset, timestamp, key, value }) => `${offset}@${timestamp} ${key}=${value}`)
}
const outer = (sets: Buffer[] | string) => batchesIn(Buffer.concat(sets as Buffer[]))

test('format 1 has offsets and times, and no headers', () => {
  const log = logOfAll(['none', 'gzip', 'snappy', 'lz4'])
  const expected = ['none', 'gzip', 'snappy', 'lz4'].flatMap((_, index) => [
    `${3 * index}@5001 k0=v0`,
    `${3 * index + 1}@5000 k1=v1`,
    `${3 * index + 2}@5003 k2=v2`,
  ])
  // The last of them does not fit into the size of the originals.
  log.append(batchOf(['room'.repeat(100)]), usual)
  const sets = fetch(log, 1)
  assert.equal(listed(sets).slice(0, 12), expected)
  assert.equal(
    outer(sets)
      .map(({ magic, compression, lastOffset, maxTimestamp }) => [
        magic,
        compression,
        lastOffset,
        maxTimestamp,
      ])
      .slice(0, 6),
    [
      [1, 'none', 0n, 5001n],
      [1, 'none', 1n, 5000n],
      [1, 'none', 2n, 5003n],
      [1, 'gzip', 5n, 5003n],
      [1, 'snappy', 8n, 5003n],
      [1, 'lz4', 11n, 5003n],
    ],
  )
})

test('format 0 has offsets, and no times', () => {
  const sets = fetch(logOfAll(['none', 'lz4']), 0)
  assert.equal(
    listed(sets),
    [0, 1, 2, 3, 4, 5].map(offset => `${offset}@-1 k${offset % 3}=v${offset % 3}`),
  )
  assert.ok(outer(sets).every(({ magic }) => magic === 0))
})

test('messages before the offset are left out, where they are not inside of a compressed message', () => {
  const log = logOfAll(['none', 'gzip'])
  assert.equal(listed(fetch(log, 0, 1n)).length, 5)
  assert.equal(listed(fetch(log, 0, 4n)).length, 3)
})

test('times of the log are told as such in format 1', () => {
  const log = logOfAll(['none', 'gzip'], { timestampType: 'LogAppendTime' })
  log.append(batchOf(['room'.repeat(100)]), usual)
  for (const batch of outer(fetch(log, 1))) {
    assert.is(batch.timestampType, 'append')
    assert.ok(batch.records().every(({ timestamp }) => timestamp === BigInt(now)))
  }
})

test('times that format 1 does not know are told as none', () => {
  const log = logOf()
  log.append(patched(batchOf([{ value: 'a', timestamp: 0 }]), { baseTimestamp: -5 }), usual)
  log.append(batchOf(['room'.repeat(100)]), usual)
  assert.is(listed(fetch(log, 1))[0], '0@-1 null=a')
})

test('offsets inside of a compressed message are right even in a gap', () => {
  const log = logOfAll(['gzip', 'gzip', 'gzip'])
  log.compact(({ baseOffset }) => baseOffset !== 3n)
  assert.equal(
    listed(fetch(log, 1)).map(line => String(line).split('@')[0]),
    ['0', '1', '2', '6', '7', '8'],
  )
})

test('transaction markers are left out', () => {
  const log = logOfAll(['none'])
  log.appendControl({ type: 'commit', producerId: 1n, producerEpoch: 0, coordinatorEpoch: 0 }, usual)
  log.append(batchOf(three), usual)
  assert.equal(
    listed(fetch(log, 0)).map(line => String(line).split('@')[0]),
    ['0', '1', '2', '4', '5', '6'],
  )
})

test('what is converted stays within the size of what was read, but for its first batch', () => {
  const log = logOfAll(['gzip', 'none'])
  const [first, second] = [...log.batches()].map(({ bytes }) => bytes.length)
  const sets = fetch(log, 1)
  assert.ok(Buffer.concat(sets as Buffer[]).length <= first! + second!)
  assert.equal(listed(fetch(logOfAll(['none']), 1)).length, 3)
})

test('zstd is refused, but only when it comes first', () => {
  const log = logOfAll(['none', 'zstd', 'none'])
  assert.equal(listed(fetch(log, 1)).length, 3)
  assert.is(fetch(log, 1, 3n), 'UNSUPPORTED_COMPRESSION_TYPE')
  assert.equal(listed(fetch(log, 1, 6n)).length, 3)
})

test('a first batch that did not fit is told by its beginning', () => {
  const log = logOfAll(['none', 'none'])
  const [bytes] = fetch(log, 1, 0n, 30) as Buffer[]
  assert.is(bytes!.length, 30)
  assert.equal(batchesIn(bytes!), [])
  assert.equal(listed(fetch(log, 1, 0n, 150)).length, 3)
  assert.equal(fetch(log, 1, 6n), [])
})

test.run()
