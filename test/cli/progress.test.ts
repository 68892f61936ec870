import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ReceivedMessage } from '../../src'
import { Progress } from '../../src/cli/consume/progress'

const messagesAt = (...offsets: number[]) =>
  offsets.map(offset => ({ offset: BigInt(offset) }) as ReceivedMessage)

const batch = (partition: number, ...offsets: number[]) => ({
  partition,
  messages: messagesAt(...offsets),
  nextOffset: BigInt(offsets.at(-1)! + 1),
})

const offsetsOf = (messages: readonly ReceivedMessage[]) => messages.map(({ offset }) => Number(offset))

test('without an end, messages are taken for ever', () => {
  const progress = new Progress(undefined, Infinity)
  assert.equal(offsetsOf(progress.take(batch(0, 1, 2))), [1, 2])
  assert.not(progress.isDone)
  assert.equal(progress.unfinished, [])
})

test('so many messages are taken, and no more', () => {
  const progress = new Progress(undefined, 3)
  assert.equal(offsetsOf(progress.take(batch(0, 1, 2))), [1, 2])
  assert.not(progress.isDone)
  assert.equal(offsetsOf(progress.take(batch(0, 3, 4))), [3])
  assert.ok(progress.isDone)
})

test('messages from the end on are left out, and it is done when every partition is there', () => {
  const stretches = [
    { partition: 0, start: 0n, end: 3n },
    { partition: 1, start: 5n, end: 6n },
  ]
  const progress = new Progress(stretches, Infinity)
  assert.equal(offsetsOf(progress.take(batch(0, 0, 1))), [0, 1])
  assert.equal(progress.unfinished, [
    { partition: 0, offset: 2n },
    { partition: 1, offset: 5n },
  ])
  assert.equal(offsetsOf(progress.take(batch(0, 2, 3, 4))), [2])
  assert.equal(offsetsOf(progress.take(batch(0, 5))), [])
  assert.not(progress.isDone)
  assert.equal(offsetsOf(progress.take(batch(1, 5))), [5])
  assert.ok(progress.isDone)
})

test('partitions without a message to read are done from the start', () => {
  assert.ok(new Progress([{ partition: 0, start: 4n, end: 4n }], Infinity).isDone)
  assert.ok(new Progress([], Infinity).isDone)
})

test('a gap before the end is passed by what the log says, never backwards', () => {
  const progress = new Progress([{ partition: 0, start: 0n, end: 9n }], Infinity)
  assert.not(progress.hasNone(0, messagesAt(8, 9)))
  assert.ok(progress.hasNone(0, messagesAt(9)))
  assert.ok(progress.hasNone(0, []))
  progress.reached(0, 5n)
  progress.reached(0, 3n)
  assert.equal(progress.unfinished, [{ partition: 0, offset: 5n }])
  progress.reached(0, 9n)
  assert.ok(progress.isDone)
})

test.run()
