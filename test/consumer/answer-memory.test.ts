import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AnswerMemory } from '../../src/consumer/answer-memory'
import { FetchMemory } from '../../src/consumer/byte-budget'

const partBytes = 100_000

/** An answer with the records of so many partitions. */
function answerOf(parts: number) {
  const answer = Buffer.alloc(parts * partBytes)
  const records = Array.from({ length: parts }, (_, i) => answer.subarray(i * partBytes, (i + 1) * partBytes))
  return { answer, records }
}

function setUp(parts: number, limit = 10_000_000) {
  const budget = new FetchMemory(limit).join()
  const { answer, records } = answerOf(parts)
  const memory = new AnswerMemory(budget, [{ records: null }, ...records.map(own => ({ records: own }))])
  return { budget, answer, records, memory }
}

test('partitions that keep up read where the records are, and hold all of them, once, until the last has read', () => {
  const { budget, answer, records, memory } = setUp(3)
  const taken = records.map(own => memory.take(own, true))
  memory.close()
  assert.ok(taken.every(({ bytes }) => bytes.buffer === answer.buffer))
  assert.is(budget.held, 3 * partBytes)
  for (const { holding } of taken.slice(1)) holding.release()
  assert.is(budget.held, 3 * partBytes)
  taken[0]!.holding.release()
  assert.is(budget.held, 0)
})

test('a slow partition gets a copy, and holds no more than that', () => {
  const { budget, answer, records, memory } = setUp(3)
  const [slow, ...prompt] = records.map((own, i) => memory.take(own, i > 0))
  memory.close()
  assert.ok(slow!.bytes.equals(records[0]!))
  assert.is.not(slow!.bytes.buffer, answer.buffer)
  for (const { holding } of prompt) holding.release()
  assert.is(budget.held, partBytes)
})

test('while half of the budget is held everybody gets a copy', () => {
  const { budget, answer, records, memory } = setUp(2, 3 * partBytes)
  const other = budget.hold(2 * partBytes)
  assert.ok(records.every(own => memory.take(own, true).bytes.buffer !== answer.buffer))
  memory.close()
  other.release()
  assert.is(budget.held, 2 * partBytes)
})

test('records that came alone are read where they are, however slowly', () => {
  const { budget, answer, records, memory } = setUp(1)
  const { bytes, holding } = memory.take(records[0]!, false)
  memory.close()
  assert.is(bytes.buffer, answer.buffer)
  holding.release()
  assert.is(budget.held, 0)
})

test.run()
