import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needs, needsAll, talking, type Talk } from '../support/talk'
import { noTopicId, offsetsTopic, topicsOf } from '../support/talk/metadata'
import { topicWhen } from '../support/talk/topics'

const { DescribeTopicPartitions } = Apis
const needed = needs('DescribeTopicPartitions', 0)

/** Each topic as `name: partitions`, and the cursor as `name/partition`. */
async function page(talk: Talk, body: RequestOf<typeof DescribeTopicPartitions>) {
  const { topics, nextCursor } = await talk.request(DescribeTopicPartitions, 0, body)
  return {
    topics: topics.map(
      ({ name, partitions }) => `${name}: ${partitions.map(({ partitionIndex }) => partitionIndex).join()}`,
    ),
    next: nextCursor && `${nextCursor.topicName}/${nextCursor.partitionIndex}`,
  }
}

/** Two topics, of two and of three partitions, in the order of their names. */
async function twoTopics({ uniqueTopic }: ContractContext): Promise<[string, string]> {
  const names = [await uniqueTopic(3), await uniqueTopic(3)].sort()
  return [names[0]!, names[1]!]
}

contract(
  'DescribeTopicPartitions tells of a topic what Metadata does, and eligible leaders besides',
  needed,
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(2)
    const [expected] = await topicsOf(talk, 12, [{ name }])
    const { topics, nextCursor } = await talk.request(DescribeTopicPartitions, 0, { topics: [{ name }] })
    assert.is(nextCursor, null)
    const [topic] = topics
    assert.is(errorName(topic), 'NONE')
    assert.is(topic!.topicId, expected!.topicId)
    assert.is(topic!.isInternal, false)
    assert.is(topic!.topicAuthorizedOperations, 3576)
    for (const partition of topic!.partitions) {
      assert.is(errorName(partition), 'NONE')
      const { leaderId, leaderEpoch, replicaNodes, isrNodes } = expected!.partitions.find(
        ({ partitionIndex }) => partitionIndex === partition.partitionIndex,
      )!
      assert.is(partition.leaderId, leaderId)
      assert.is(partition.leaderEpoch, leaderEpoch)
      assert.equal(partition.replicaNodes, replicaNodes)
      assert.equal([...partition.isrNodes].sort(), [...isrNodes].sort())
      assert.equal(partition.eligibleLeaderReplicas, [])
      assert.equal(partition.lastKnownElr, [])
      assert.equal(partition.offlineReplicas, [])
    }
  }),
)

contract(
  'topics come in the order of their names and once each, whatever order they were asked in',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    const told = await page(talk, { topics: [{ name: b }, { name: a }, { name: b }] })
    assert.equal(told, { topics: [`${a}: 0,1,2`, `${b}: 0,1,2`], next: null })
  }),
)

contract(
  'a page ends at its limit, and the next begins at the cursor',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    const topics = [{ name: a }, { name: b }]
    const first = await page(talk, { topics, responsePartitionLimit: 2 })
    assert.equal(first, { topics: [`${a}: 0,1`], next: `${a}/2` })
    const cursor = { topicName: a, partitionIndex: 2 }
    const second = await page(talk, { topics, responsePartitionLimit: 2, cursor })
    assert.equal(second, { topics: [`${a}: 2`, `${b}: 0`], next: `${b}/1` })
    const last = await page(talk, {
      topics,
      responsePartitionLimit: 2,
      cursor: { topicName: b, partitionIndex: 1 },
    })
    assert.equal(last, { topics: [`${b}: 1,2`], next: null })
  }),
)

contract(
  'a page that a topic fills leads on to the beginning of the next topic',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    const told = await page(talk, { topics: [{ name: a }, { name: b }], responsePartitionLimit: 3 })
    assert.equal(told, { topics: [`${a}: 0,1,2`], next: `${b}/0` })
  }),
)

contract(
  'a limit below one is one',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    for (const responsePartitionLimit of [0, -1]) {
      const told = await page(talk, { topics: [{ name: a }, { name: b }], responsePartitionLimit })
      assert.equal(told, { topics: [`${a}: 0`], next: `${a}/1` })
    }
  }),
)

contract(
  'a cursor behind the partitions of its topic shows the topic without any',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    const cursor = { topicName: a, partitionIndex: 7 }
    const told = await page(talk, { topics: [{ name: a }, { name: b }], cursor })
    assert.equal(told, { topics: [`${a}: `, `${b}: 0,1,2`], next: null })
  }),
)

contract(
  'a cursor of a topic that was not asked for, or of no partition, is INVALID_REQUEST',
  needed,
  talking(async (talk, context) => {
    const [a, b] = await twoTopics(context)
    for (const cursor of [
      { topicName: a, partitionIndex: 0 },
      { topicName: b, partitionIndex: -1 },
    ]) {
      const { topics } = await talk.request(DescribeTopicPartitions, 0, { topics: [{ name: b }], cursor })
      assert.equal(
        topics.map(topic => [errorName(topic), topic.name, topic.partitions.length]),
        [['INVALID_REQUEST', b, 0]],
      )
    }
  }),
)

contract(
  'unknown topics and impossible names fail alone',
  needed,
  talking(async (talk, { uniqueName, uniqueTopic }) => {
    const name = await uniqueTopic()
    const unknown = uniqueName('topic')
    const body = { topics: [{ name }, { name: unknown }, { name: 'a b' }] }
    const { topics } = await talk.request(DescribeTopicPartitions, 0, body)
    const codes = new Map(topics.map(topic => [topic.name, errorName(topic)]))
    assert.is(codes.get(name), 'NONE')
    assert.is(codes.get(unknown), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.is(codes.get('a b'), 'INVALID_TOPIC_EXCEPTION')
    assert.is(topics.find(topic => topic.name === unknown)!.topicId, noTopicId)
  }),
)

contract(
  'a topic of the brokers themselves is told as internal',
  needsAll({ DescribeTopicPartitions: 0, FindCoordinator: 0, Metadata: 10 }),
  talking(async (talk, { uniqueName }) => {
    await talk.coordinatorOf(uniqueName('group'))
    await topicWhen(talk, offsetsTopic)
    const body = { topics: [{ name: offsetsTopic }] }
    const { topics } = await talk.request(DescribeTopicPartitions, 0, body)
    assert.equal([errorName(topics[0]), topics[0]!.isInternal], ['NONE', true])
  }),
)

contract(
  'no topics named means all',
  needed,
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(2)
    const { topics } = await page(talk, { topics: [] })
    assert.ok(topics.includes(`${name}: 0,1`))
  }),
)

runContract()
