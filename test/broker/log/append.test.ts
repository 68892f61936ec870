import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../../src/compression'
import type { Codec, CompressionType } from '../../../src/kernel'
import { defaultLogRules } from '../../../src/broker/log'
import { patched } from '../../support/wire'
import { batchOf, inShort, listed, logOf, now, stored, usual } from './log-rig'

test('batches get consecutive offsets, and are read as they were sent', () => {
  const log = logOf()
  assert.equal(log.append(batchOf(['a', 'b']), usual), {
    baseOffset: 0n,
    lastOffset: 1n,
    logAppendTimeMs: -1n,
    logStartOffset: 0n,
    duplicate: false,
  })
  log.append(batchOf([{ key: 'k', value: 'c', headers: [['h', '1']] }]), usual)
  assert.is(log.endOffset, 3n)
  assert.equal(listed(log), ['0 a', '1 b', '2 k=c'])
  assert.equal(stored(log)[1]!.records()[0]!.headers, [['h', Buffer.from('1')]])
})

test('an empty log starts and ends at 0', () => {
  const log = logOf()
  assert.equal([log.startOffset, log.endOffset, log.lastStableOffset(0n), log.sizeInBytes], [0n, 0n, 0n, 0])
})

test('what is appended bears the leader epoch of its leader, whatever the client wrote there', () => {
  const log = logOf()
  log.append(patched(batchOf(['a']), { leaderEpoch: 99 }), { ...usual, leaderEpoch: 7 })
  const [batch] = stored(log)
  assert.is(batch!.leaderEpoch, 7)
  batch!.verify()
})

test('a batch is kept in bytes of its own: those that came are left as they are', () => {
  const log = logOf()
  const batch = batchOf(['a'])
  const came = Buffer.from(batch)
  log.append(batch, usual)
  log.append(batch, usual)
  assert.equal(batch, came)
  assert.equal(
    stored(log).map(({ baseOffset }) => baseOffset),
    [0n, 1n],
  )
})

test('times of the log take the place of those of the sender', () => {
  const log = logOf({ timestampType: 'LogAppendTime' })
  const outcome = log.append(batchOf([{ value: 'a', timestamp: 5 }]), usual)
  assert.is(outcome.error, undefined)
  if (outcome.error === undefined) assert.is(outcome.logAppendTimeMs, BigInt(now))
  const [batch] = stored(log)
  assert.is(batch!.timestampType, 'append')
  assert.equal([batch!.maxTimestamp, batch!.records()[0]!.timestamp], [BigInt(now), BigInt(now)])
})

test('the newest time is taken from the records where the header lies', () => {
  const log = logOf()
  const messages = [
    { value: 'a', timestamp: 2000 },
    { value: 'b', timestamp: 1000 },
  ]
  log.append(patched(batchOf(messages), { maxTimestamp: 77 }), usual)
  log.append(patched(batchOf(messages, { compression: 'gzip' }), { maxTimestamp: 77 }), usual)
  assert.equal(
    stored(log).map(batch => batch.maxTimestamp),
    [2000n, 2000n],
  )
  for (const batch of stored(log)) batch.verify()
})

test('a claim that the log gave the times is taken back', () => {
  const log = logOf()
  log.append(patched(batchOf([{ value: 'a', timestamp: 5000 }]), { attributes: 8 }), usual)
  assert.equal(
    stored(log).map(batch => [batch.timestampType, batch.records()[0]!.timestamp]),
    [['create', 5000n]],
  )
})

test('what is behind the batch, and less than a batch, is ignored', () => {
  const log = logOf()
  assert.is(inShort(log.append(Buffer.concat([batchOf(['a']), Buffer.alloc(10)]), usual)), '0')
  assert.is(inShort(log.append(Buffer.concat([batchOf(['b']), batchOf(['c']).subarray(0, 65)]), usual)), '1')
  assert.equal(listed(log), ['0 a', '1 b'])
})

const kept: readonly [CompressionType | 'producer' | 'uncompressed', CompressionType, CompressionType][] = [
  ['producer', 'none', 'none'],
  ['producer', 'lz4', 'lz4'],
  ['uncompressed', 'gzip', 'none'],
  ['none', 'gzip', 'none'],
  ['gzip', 'none', 'gzip'],
  ['gzip', 'snappy', 'gzip'],
  ['zstd', 'gzip', 'zstd'],
]
for (const [compressionType, sent, stays] of kept)
  test(`with compression.type ${compressionType} a batch of compression ${sent} is kept as ${stays}`, () => {
    const log = logOf({ compressionType })
    const producer = { producerId: 9n, producerEpoch: 2, baseSequence: 0 }
    const messages = [
      { key: 'k', value: 'a', timestamp: 3000 },
      { value: 'b', timestamp: 1000 },
    ]
    log.append(batchOf(['first']), usual)
    assert.is(inShort(log.append(batchOf(messages, { compression: sent, ...producer }), usual)), '1')
    const batch = stored(log)[1]!
    assert.is(batch.compression, stays)
    assert.equal([batch.producerId, batch.producerEpoch, batch.baseSequence, batch.count], [9n, 2, 0, 2])
    assert.equal([batch.baseTimestamp, batch.maxTimestamp], [3000n, 3000n])
    assert.equal(
      batch.records().map(({ offset, timestamp, value }) => [offset, timestamp, String(value)]),
      [
        [1n, 3000n, 'a'],
        [2n, 1000n, 'b'],
      ],
    )
  })

test('a batch that is in the form of the topic is not compressed anew', () => {
  const failing = (type: CompressionType): Codec => ({
    ...codecs(type),
    compress: () => {
      throw new Error('compressed')
    },
  })
  const rules = { ...defaultLogRules }
  const log = logOf(
    { compressionType: 'gzip' },
    {
      ...rules,
      checkBatch: (records, context) => rules.checkBatch(records, { ...context, codecs: failing }),
    },
  )
  assert.is(inShort(log.append(batchOf(['a'], { compression: 'gzip' }), usual)), '0')
})

test('the settings of the topic are looked at with each append', () => {
  let maxMessageBytes = 10
  const log = logOf({
    get maxMessageBytes() {
      return maxMessageBytes
    },
  })
  maxMessageBytes = 1000
  assert.is(inShort(log.append(batchOf(['a']), usual)), '0')
})

test('a rule of the log can be another', () => {
  const log = logOf({}, { ...defaultLogRules, checkBatch: bytes => ({ bytes }) })
  assert.is(inShort(log.append(patched(batchOf(['a']), { crc: 1 }), usual)), '0')
})

test.run()
