import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PartitionLog } from '../../../src/broker/log'
import { advanceSequence, checkSequence } from '../../../src/broker/log/sequence'
import { batchOf, inShort, logOf, now, usual } from './log-rig'

const last = 2 ** 31 - 1
const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`)

/** Appends so many records of a producer, the first with this sequence. */
const write = (log: PartitionLog, epoch: number, sequence: number, count = 1, producerId = 7n) =>
  log.append(batchOf(values(count), { producerId, producerEpoch: epoch, baseSequence: sequence }), usual)
const writeInShort = (...args: Parameters<typeof write>) => inShort(write(...args))

test('sequences follow one another batch by batch', () => {
  const log = logOf()
  assert.is(writeInShort(log, 0, 0, 3), '0')
  assert.is(writeInShort(log, 0, 3), '3')
  assert.is(writeInShort(log, 0, 5), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(writeInShort(log, 0, 4), '4')
  assert.is(log.endOffset, 5n)
})

test('each of the last five batches is known again, with its offsets and its time', () => {
  const log = logOf()
  for (let sequence = 0; sequence < 12; sequence += 2) write(log, 0, sequence, 2)
  for (let sequence = 2; sequence < 12; sequence += 2)
    assert.equal(write(log, 0, sequence, 2), {
      baseOffset: BigInt(sequence),
      lastOffset: BigInt(sequence + 1),
      logAppendTimeMs: BigInt(now),
      logStartOffset: 0n,
      duplicate: true,
    })
  assert.is(writeInShort(log, 0, 0, 2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(log.endOffset, 12n)
})

test('part of a batch, or one that laps over, is no duplicate', () => {
  const log = logOf()
  write(log, 0, 0, 4)
  assert.is(writeInShort(log, 0, 0, 2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(writeInShort(log, 0, 2, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
})

test('a producer that the log does not know may begin anywhere, and goes on from there', () => {
  const log = logOf()
  assert.is(writeInShort(log, 4, 1000), '0')
  assert.is(writeInShort(log, 4, 0), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(writeInShort(log, 4, 1001), '1')
})

test('producers do not concern each other, and without a producer nothing is checked', () => {
  const log = logOf()
  write(log, 0, 0)
  assert.is(writeInShort(log, 0, 0, 1, 8n), '1')
  assert.is(inShort(log.append(batchOf(['a'], { producerEpoch: 3, baseSequence: 9 }), usual)), '2')
  assert.is(log.producers.size, 2)
})

test('a new epoch begins at 0 and fences the old one', () => {
  const log = logOf()
  write(log, 0, 0)
  assert.is(writeInShort(log, 1, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(writeInShort(log, 1, 0), '1')
  assert.is(writeInShort(log, 0, 0), 'INVALID_PRODUCER_EPOCH')
  assert.is(writeInShort(log, 0, 1), 'INVALID_PRODUCER_EPOCH')
  assert.is(writeInShort(log, 1, 0), 'duplicate 1')
  assert.equal([...log.producers][0]!.batches.length, 1)
})

test('a producer without an epoch may jump, but is known again', () => {
  const log = logOf()
  write(log, -1, 0)
  assert.is(writeInShort(log, -1, 0), 'duplicate 0')
  assert.is(writeInShort(log, -1, 5), '1')
})

test('behind 2^31 - 1 sequences start again at 0', () => {
  const log = logOf()
  assert.is(writeInShort(log, 0, last - 2, 4), '0')
  assert.is(writeInShort(log, 0, last - 2, 4), 'duplicate 0')
  assert.is(writeInShort(log, 0, 1), '4')
  assert.is(writeInShort(log, 0, last, 1, 8n), '5')
  assert.is(writeInShort(log, 0, 0, 1, 8n), '6')
})

test('advancing a sequence is counting in a ring of 2^31', () => {
  const sequence = fc.oneof(fc.nat(last), fc.constantFrom(0, 1, last - 1, last))
  fc.assert(
    fc.property(sequence, fc.nat(1_000_000), (from, count) => {
      assert.is(advanceSequence(from, count), (from + count) % 2 ** 31)
    }),
    { seed: 1 },
  )
})

test('a batch that is refused, or is a duplicate, changes nothing', () => {
  const log = logOf()
  write(log, 3, 0)
  const before = [...log.producers]
  for (const [epoch, sequence] of [
    [3, 0],
    [3, 9],
    [4, 1],
    [2, 0],
  ] as const)
    write(log, epoch, sequence)
  assert.equal([...log.producers], before)
})

test('the state of a producer tells what DescribeProducers asks', () => {
  const log = logOf()
  write(log, 2, 5, 3)
  const [state] = log.producers
  assert.equal(state, {
    producerId: 7n,
    epoch: 2,
    coordinatorEpoch: -1,
    lastTimestamp: BigInt(now),
    lastOffset: 2n,
    transactionStart: undefined,
    batches: [{ baseSequence: 5, lastSequence: 7, baseOffset: 0n, lastOffset: 2n, timestamp: BigInt(now) }],
  })
})

test('what is forgotten may begin anywhere again', () => {
  const log = logOf()
  write(log, 0, 0)
  write(log, 0, 0, 1, 8n)
  log.producers.forget(7n)
  assert.is(writeInShort(log, 0, 9), '2')
  assert.is(writeInShort(log, 0, 9, 1, 8n), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  log.producers.forget()
  assert.is(writeInShort(log, 0, 3, 1, 8n), '3')
})

test('producers expire by the times of what they wrote', () => {
  const log = logOf()
  write(log, 0, 0)
  log.producers.expire(now + 86_400_000 - 1)
  assert.is(log.producers.size, 1)
  log.producers.expire(now + 86_400_000)
  assert.is(log.producers.size, 0)
  write(log, 0, 0)
  log.producers.expire(now + 500, 500)
  assert.is(log.producers.size, 0)
})

test('a rule for sequences can be another', () => {
  const log = logOf(
    {},
    {
      checkBatch: bytes => ({ bytes }),
      checkSequence: (producer, batch) => {
        const verdict = checkSequence(producer, batch)
        return verdict.kind === 'duplicate' ? { kind: 'next' } : verdict
      },
      selectBatches: () => [],
    },
  )
  write(log, 0, 0)
  assert.is(writeInShort(log, 0, 0), '1')
})

test.run()
