import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { joinAnswers, splitByLeader, splitRows, topicsIn } from '../../src/client/split'
import { ArgumentError } from '../../src/kernel'

const leaders: Record<string, string> = { 'a/0': 'one', 'a/1': 'two', 'b/0': 'one' }
const leaderOf = (topic: string, partition: number) => leaders[`${topic}/${partition}`]!

test('a body is split by leader, topics and partitions in their order, the rest kept', () => {
  const row = splitRows['Produce']!
  const data = (index: number) => ({ index, records: Buffer.of(index) })
  const body = {
    acks: -1,
    topicData: [
      { name: 'a', partitionData: [data(0), data(1)] },
      { name: 'b', partitionData: [data(0)] },
    ],
  }
  const parts = splitByLeader(row, body, leaderOf)
  assert.equal(parts.get('one'), {
    acks: -1,
    topicData: [
      { name: 'a', partitionData: [data(0)] },
      { name: 'b', partitionData: [data(0)] },
    ],
  })
  assert.equal(parts.get('two'), { acks: -1, topicData: [{ name: 'a', partitionData: [data(1)] }] })
})

test('partitions that are bare numbers are split too', () => {
  const row = splitRows['DescribeProducers']!
  const parts = splitByLeader(row, { topics: [{ name: 'a', partitionIndexes: [0, 1] }] }, leaderOf)
  assert.equal(parts.get('two'), { topics: [{ name: 'a', partitionIndexes: [1] }] })
})

test('a body with topic ids only needs to be told which broker is meant', () => {
  const topics = () => topicsIn(splitRows['Fetch']!, { topics: [{ topicId: 'KAAAAAAAAAAAAAAAAAAAAQ' }] })
  assert.throws(
    topics,
    (error: Error) => error instanceof ArgumentError && error.message.includes('{ broker }'),
  )
})

test('answers are joined: all topics, the longest throttle, the first error', () => {
  const row = splitRows['Fetch']!
  const joined = joinAnswers(row, [
    { throttleTimeMs: 5, errorCode: 0, sessionId: 0, responses: [{ topic: 'a' }] },
    { throttleTimeMs: 9, errorCode: 71, sessionId: 0, responses: [{ topic: 'b' }] },
  ])
  assert.equal(joined, {
    throttleTimeMs: 9,
    errorCode: 71,
    sessionId: 0,
    responses: [{ topic: 'a' }, { topic: 'b' }],
  })
})

test.run()
