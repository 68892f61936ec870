import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith } from '../../../src/broker'
import { toBigInt } from '../../../src/kernel'
import { Apis, errorRow } from '../../../src/protocol'
import { Asker, groupId } from './asker'

const nameOf = (code: number) => errorRow(code).name
const unknownId = Buffer.alloc(16, 7).toString('base64url')

interface Topic {
  readonly name?: string
  readonly topicId?: string
}

function commitBody(topics: readonly (Topic & { partition?: number })[], offset = 5) {
  const body = topics.map(({ partition = 0, ...topic }) => ({
    ...topic,
    partitions: [{ partitionIndex: partition, committedOffset: offset, committedMetadata: 'so far' }],
  }))
  return { groupId, memberId: '', generationIdOrMemberEpoch: -1, topics: body }
}

function fetchBody(version: number, topic: Topic, partitionIndexes: readonly number[]) {
  const topics = [{ ...topic, partitionIndexes }]
  if (version >= 8) return { groups: [{ groupId, topics }], requireStable: true }
  return { groupId, topics: topics as [{ name: string; partitionIndexes: number[] }] }
}

/** Without its group what one version answers looks as what another does. */
async function fetched(asker: Asker, version: number, topic: Topic, partitions: readonly number[]) {
  const body = fetchBody(version, topic, partitions)
  const answer = await asker.ask(Apis.OffsetFetch, version, body)
  return version >= 8 ? answer.groups[0]! : answer
}

async function idOfOrders(asker: Asker): Promise<string> {
  const { topics } = await asker.ask(Apis.Metadata, 12, { topics: [{ name: 'orders' }] })
  return topics[0]!.topicId
}

for (const [versions, commits, fetches] of [
  ['4.3', [2, 9], [1, 9]],
  ['2.8', [1, 8], [1, 7]],
] as const)
  test(`what is committed in one version of Kafka ${versions} is fetched in any other`, async () => {
    const asker = await Asker.start({ versions })
    for (let version = commits[0]; version <= commits[1]; version++) {
      const offset = 100 + version
      const body = commitBody([{ name: 'orders' }], offset)
      const { topics } = await asker.ask(Apis.OffsetCommit, version, body)
      assert.equal(topics[0]!.partitions, [{ partitionIndex: 0, errorCode: 0 }])
      for (let fetch = fetches[0]; fetch <= fetches[1]; fetch++) {
        const answer = await fetched(asker, fetch, { name: 'orders' }, [0, 1])
        const [stored, none] = answer.topics[0]!.partitions
        assert.is(answer.errorCode, 0)
        assert.equal([toBigInt(stored!.committedOffset), stored!.metadata], [BigInt(offset), 'so far'])
        assert.equal([toBigInt(none!.committedOffset), none!.metadata, none!.errorCode], [-1n, '', 0])
      }
    }
    await asker.rig.close()
  })

test('version 0 speaks of what ZooKeeper keeps, beside the groups', async () => {
  const asker = await Asker.start({ versions: '2.8' })
  await asker.ask(Apis.OffsetCommit, 0, commitBody([{ name: 'orders' }], 7))
  const old = await fetched(asker, 0, { name: 'orders' }, [0, 1])
  const [stored, none] = old.topics[0]!.partitions
  assert.is(toBigInt(stored!.committedOffset), 7n)
  assert.is(nameOf(none!.errorCode), 'UNKNOWN_TOPIC_OR_PARTITION')
  const own = await fetched(asker, 1, { name: 'orders' }, [0])
  assert.is(toBigInt(own.topics[0]!.partitions[0]!.committedOffset), -1n)
  assert.is(asker.rig.kafka.group(groupId), undefined)
  await asker.rig.close()
})

test('version 1 says itself when a commit was made', async () => {
  const asker = await Asker.start({ versions: '2.8' })
  const partition = { partitionIndex: 0, committedOffset: 1, committedMetadata: null, commitTimestamp: 1234 }
  const topics = [{ name: 'orders', partitions: [partition] }]
  await asker.ask(Apis.OffsetCommit, 1, { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics })
  assert.is(asker.rig.kafka.group(groupId)!.offsets[0]!.committedAt, 1234)
  await asker.rig.close()
})

test('version 10 names topics by id, and offsets stay those of the name', async () => {
  const asker = await Asker.start()
  const topicId = await idOfOrders(asker)
  const commit = await asker.ask(Apis.OffsetCommit, 10, commitBody([{ topicId }, { topicId: unknownId }]))
  assert.equal(
    commit.topics.map(topic => [topic.topicId, nameOf(topic.partitions[0]!.errorCode)]),
    [
      [unknownId, 'UNKNOWN_TOPIC_ID'],
      [topicId, 'NONE'],
    ],
  )
  const byId = await fetched(asker, 10, { topicId }, [0])
  assert.is((byId.topics[0] as Topic).topicId, topicId)
  assert.is(toBigInt(byId.topics[0]!.partitions[0]!.committedOffset), 5n)
  const byName = await fetched(asker, 9, { name: 'orders' }, [0])
  assert.is(toBigInt(byName.topics[0]!.partitions[0]!.committedOffset), 5n)
  const unknown = await fetched(asker, 10, { topicId: unknownId }, [0])
  const [partition] = unknown.topics[0]!.partitions
  assert.equal(
    [nameOf(partition!.errorCode), toBigInt(partition!.committedOffset)],
    ['UNKNOWN_TOPIC_ID', -1n],
  )
  await asker.rig.close()
})

test('offsets are stored for partitions that exist, and what is refused comes first in the answer', async () => {
  const asker = await Asker.start()
  const asked = [{ name: 'orders' }, { name: 'orders', partition: 7 }, { name: 'none' }]
  const { topics } = await asker.ask(Apis.OffsetCommit, 9, commitBody(asked))
  assert.equal(
    topics.map(({ name, partitions }) => [
      name,
      partitions.map(one => [one.partitionIndex, nameOf(one.errorCode)]),
    ]),
    [
      ['orders', [[7, 'UNKNOWN_TOPIC_OR_PARTITION'], [0, 'NONE']]], // prettier-ignore
      ['none', [[0, 'UNKNOWN_TOPIC_OR_PARTITION']]],
    ],
  )
  await asker.rig.close()
})

test('offsets of a topic that does not exist are just not there', async () => {
  const asker = await Asker.start()
  const answer = await fetched(asker, 9, { name: 'none' }, [0])
  assert.equal(answer.topics[0]!.partitions[0]!.errorCode, 0)
  await asker.rig.close()
})

test('all offsets of a group, and those of several groups, come in one answer', async () => {
  const asker = await Asker.start()
  await asker.ask(Apis.OffsetCommit, 9, commitBody([{ name: 'orders' }, { name: 'orders', partition: 1 }]))
  const { groups } = await asker.ask(Apis.OffsetFetch, 9, {
    groups: [
      { groupId, topics: null },
      { groupId: 'other', topics: null },
    ],
    requireStable: true,
  })
  assert.equal(
    groups.map(group => [group.groupId, group.topics.map(({ partitions }) => partitions.length)]),
    [
      [groupId, [2]],
      ['other', []],
    ],
  )
  const old = await asker.ask(Apis.OffsetFetch, 2, { groupId, topics: null })
  assert.is(old.topics[0]!.partitions.length, 2)
  await asker.rig.close()
})

test('another broker than the coordinator refuses, by partition until version 1', async () => {
  const asker = await Asker.start({ brokers: 2 })
  const other = asker.stranger()
  const commit = await other.ask(Apis.OffsetCommit, 9, commitBody([{ name: 'orders' }]))
  assert.is(nameOf(commit.topics[0]!.partitions[0]!.errorCode), 'NOT_COORDINATOR')
  const first = await fetched(other, 1, { name: 'orders' }, [0])
  assert.is(nameOf(first.topics[0]!.partitions[0]!.errorCode), 'NOT_COORDINATOR')
  for (const version of [2, 7, 8, 10]) {
    const asked = version < 10 ? { name: 'orders' } : { topicId: await idOfOrders(asker) }
    const answer = await fetched(other, version, asked, [0])
    assert.equal([nameOf(answer.errorCode), answer.topics], ['NOT_COORDINATOR', []])
  }
  const deleted = await other.ask(Apis.OffsetDelete, 0, { groupId, topics: [] })
  assert.is(nameOf(deleted.errorCode), 'NOT_COORDINATOR')
  await asker.rig.close()
})

test('offsets are deleted of partitions that exist', async () => {
  const asker = await Asker.start()
  await asker.ask(Apis.OffsetCommit, 9, commitBody([{ name: 'orders' }]))
  const topics = [
    { name: 'orders', partitions: [{ partitionIndex: 0 }, { partitionIndex: 5 }] },
    { name: 'none', partitions: [{ partitionIndex: 0 }] },
  ]
  const answer = await asker.ask(Apis.OffsetDelete, 0, { groupId, topics })
  assert.equal(
    answer.topics.map(({ partitions }) => partitions.map(({ errorCode }) => nameOf(errorCode))),
    [['UNKNOWN_TOPIC_OR_PARTITION', 'NONE'], ['UNKNOWN_TOPIC_OR_PARTITION']],
  )
  assert.equal(asker.rig.kafka.group(groupId)!.offsets, [])
  await asker.rig.close()
})

test('an error of a fault hits one partition of a commit', async () => {
  const asker = await Asker.start()
  const both = [{ name: 'orders' }, { name: 'orders', partition: 1 }]
  await asker.ask(Apis.OffsetCommit, 9, commitBody(both, 1))
  asker.rig.kafka.faults.on(Apis.OffsetCommit, answerWith('TOPIC_AUTHORIZATION_FAILED', { partition: 1 }))
  const commit = await asker.ask(Apis.OffsetCommit, 9, commitBody(both, 2))
  const errors = new Map(commit.topics[0]!.partitions.map(one => [one.partitionIndex, nameOf(one.errorCode)]))
  assert.equal([errors.get(0), errors.get(1)], ['NONE', 'TOPIC_AUTHORIZATION_FAILED'])
  await asker.rig.close()
})

test.run()
