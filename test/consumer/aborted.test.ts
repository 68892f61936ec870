import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AbortedTransactions } from '../../src/consumer/aborted'
import type { RecordBatch } from '../../src/protocol'

function batch(lastOffset: number, producerId: bigint, control?: 'abort' | 'commit'): RecordBatch {
  const isControl = control !== undefined
  // Only what the rule looks at.
  return {
    lastOffset: BigInt(lastOffset),
    producerId,
    isControl,
    isTransactional: producerId >= 0n,
    control: () => (isControl ? { controlType: control, coordinatorEpoch: 0 } : undefined),
  } as unknown as RecordBatch
}

test('a producer counts as aborted from the listed offset to its abort marker', () => {
  const aborted = new AbortedTransactions([{ producerId: 1n, firstOffset: 10n }])
  const log = [
    batch(9, 1n),
    batch(10, 1n),
    batch(11, 2n),
    batch(12, -1n),
    batch(13, 1n),
    batch(14, 1n, 'abort'),
    batch(15, 1n),
  ]
  assert.equal(
    log.map(one => aborted.has(one)),
    [false, true, false, false, true, false, false],
  )
})

test('two aborted transactions of one producer are told apart by their markers', () => {
  const aborted = new AbortedTransactions([
    { producerId: 1n, firstOffset: 4n },
    { producerId: 1n, firstOffset: 0n },
  ])
  const log = [batch(0, 1n), batch(1, 1n, 'abort'), batch(2, 1n), batch(3, 1n, 'commit'), batch(4, 1n)]
  assert.equal(
    log.map(one => aborted.has(one)),
    [true, false, false, false, true],
  )
})

test('a batch that begins before the listed offset and reaches it belongs to the transaction', () => {
  const aborted = new AbortedTransactions([{ producerId: 1n, firstOffset: 5n }])
  assert.ok(aborted.has(batch(8, 1n)))
})

test.run()
