import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'
import { commit, newTopic, stored, type Topic } from '../support/talk/offsets'

const { DeleteGroups, OffsetDelete } = Apis

async function remove(talk: Talk, group: Group, version = 2, names: readonly string[] = [group.name]) {
  const body = { groupsNames: [...names] }
  const { results } = await talk.broker(group.coordinator).request(DeleteGroups, version, body)
  return Object.fromEntries(results.map(result => [result.groupId, errorName(result)]))
}

/** The error of the whole, then those of the partitions. */
async function forget(
  talk: Talk,
  group: Group,
  topic: Pick<Topic, 'name'>,
  ...partitions: readonly number[]
) {
  const answer = await talk.broker(group.coordinator).request(OffsetDelete, 0, {
    groupId: group.name,
    topics: [{ name: topic.name, partitions: partitions.map(partitionIndex => ({ partitionIndex })) }],
  })
  for (const told of answer.topics) {
    assert.is(told.name, topic.name)
    assert.equal(told.partitions.map(({ partitionIndex }) => partitionIndex).sort(), [...partitions].sort())
  }
  return [errorName(answer), ...(answer.topics[0]?.partitions.map(errorName) ?? [])]
}

for (const version of [0, 2]) {
  contract(
    `DeleteGroups v${version} deletes a group that all have left, with its offsets, and only once`,
    needs('DeleteGroups', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const topic = await newTopic(talk, context)
      const [member] = await group.stable(1)
      assert.equal(await remove(talk, group, version), { [group.name]: 'NON_EMPTY_GROUP' })
      assert.is(await member!.heartbeat(), 'NONE')
      await member!.leave()
      await commit(talk, group, topic)
      assert.equal(await remove(talk, group, version), { [group.name]: 'NONE' })
      assert.equal(await stored(talk, group), [])
      assert.equal(await remove(talk, group, version), { [group.name]: 'GROUP_ID_NOT_FOUND' })
      assert.is((await group.member().enter()).generationId, 1)
    }),
  )
}

contract(
  'several groups are deleted in one request, each alone',
  needs('DeleteGroups', 2),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    await commit(talk, group, topic)
    const other = await group.neighbour(context)
    await other.stable(1)
    assert.equal(await remove(talk, group, 2, [other.name, group.name]), {
      [other.name]: 'NON_EMPTY_GROUP',
      [group.name]: 'NONE',
    })
    assert.equal(await stored(talk, group), [])
  }),
)

contract(
  'a group forgets offsets of topics that it does not read',
  needs('OffsetDelete', 0),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [read, unread] = [await newTopic(talk, context), await newTopic(talk, context, 2)]
    await commit(talk, group, read)
    await commit(talk, group, unread, { commits: [{ partition: 0 }, { partition: 1 }] })
    await group.stable(1, { topics: [read.name] })
    assert.equal(await forget(talk, group, read, 0), ['NONE', 'GROUP_SUBSCRIBED_TO_TOPIC'])
    assert.equal(await forget(talk, group, unread, 1), ['NONE', 'NONE'])
    const kept = [`${read.name}/0: 5, -1, `, `${unread.name}/0: 5, -1, `]
    assert.equal(await stored(talk, group), kept.sort())
  }),
)

contract(
  'a group without members forgets any offset, and to forget what is not stored is no fault',
  needs('OffsetDelete', 0),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context, 2)
    const [member] = await group.stable(1, { topics: [topic.name] })
    await member!.leave()
    await commit(talk, group, topic)
    assert.equal(await forget(talk, group, topic, 0, 1), ['NONE', 'NONE', 'NONE'])
    assert.equal(await stored(talk, group), [])
    assert.equal(await forget(talk, group, topic, 0), ['NONE', 'NONE'])
  }),
)

contract(
  'a topic that there is not is unknown, and so is a partition',
  needs('OffsetDelete', 0),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    await commit(talk, group, topic)
    const unknown = { name: context.uniqueName('topic') }
    assert.equal(await forget(talk, group, unknown, 0), ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    assert.equal(await forget(talk, group, topic, 99), ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
  }),
)

contract(
  'a group that there is not, or that is no group of consumers, forgets nothing',
  needs('OffsetDelete', 0),
  talking(async (talk, context) => {
    const topic = await newTopic(talk, context)
    assert.equal(await forget(talk, await Group.of(talk, context), topic, 0), ['GROUP_ID_NOT_FOUND'])
    const group = await Group.of(talk, context)
    await commit(talk, group, topic)
    await group.member().enter({ protocolType: 'connect' })
    assert.equal(await forget(talk, group, topic, 0), ['NON_EMPTY_GROUP'])
  }),
)

runContract()
