import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'
import { implicit, Transactional } from '../support/talk/transactional'

const { DeleteGroups, OffsetCommit, OffsetDelete, OffsetFetch } = Apis

const transacting = needsAll({
  InitProducerId: 4,
  AddOffsetsToTxn: 3,
  TxnOffsetCommit: [2, 3, 4],
  EndTxn: 4,
  OffsetFetch: 8,
  OffsetCommit: 8,
  DescribeTransactions: 0,
})
const withEpochs = needsAll({ TxnOffsetCommit: 5, EndTxn: 5 })

/** What is committed, or the error: with `stable` as a group that waits for open transactions asks. */
async function committed(talk: Talk, groupId: string, topic: string, stable = true): Promise<string> {
  const on = talk.broker(await talk.coordinatorOf(groupId))
  const topics = [{ name: topic, partitionIndexes: [0] }]
  const answer = await on.request(OffsetFetch, 8, { groups: [{ groupId, topics }], requireStable: stable })
  const told = answer.groups[0]!.topics[0]!.partitions[0]!
  return told.errorCode === 0 ? String(told.committedOffset) : errorName(told)
}

/** What is committed at all, `<topic> <offset or error>`. */
async function allCommitted(talk: Talk, groupId: string): Promise<string[]> {
  const on = talk.broker(await talk.coordinatorOf(groupId))
  const answer = await on.request(OffsetFetch, 8, {
    groups: [{ groupId, topics: null }],
    requireStable: true,
  })
  return answer.groups[0]!.topics.flatMap(({ name, partitions }) =>
    partitions.map(
      told => `${name} ${told.errorCode === 0 ? String(told.committedOffset) : errorName(told)}`,
    ),
  )
}

async function commitPlainly(talk: Talk, groupId: string, topic: string, committedOffset: number) {
  const on = talk.broker(await talk.coordinatorOf(groupId))
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: '' }]
  const topics = [{ name: topic, partitions }]
  const body = { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics }
  const answer = await on.request(OffsetCommit, 8, body)
  return errorName(answer.topics[0]!.partitions[0])
}

contract(
  'offsets of a transaction count when it commits; until then whoever wants stable ones hears UNSTABLE_OFFSET_COMMIT',
  transacting,
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const { name } = await Group.of(talk, context)
    const producer = await Transactional.of(talk, context)
    assert.is(await producer.addOffsets(name), 'NONE')
    assert.is(await producer.state(), 'Ongoing')
    assert.equal(
      (await producer.describe()).topics.map(one => one.topic),
      ['__consumer_offsets'],
    )
    assert.is(await producer.commitOffsets(name, { [topic]: 4 }), 'NONE')
    assert.is(await producer.commitOffsets(name, { [topic]: 5 }), 'NONE')
    assert.equal(
      [await committed(talk, name, topic, false), await committed(talk, name, topic)],
      ['-1', 'UNSTABLE_OFFSET_COMMIT'],
    )
    assert.equal(await allCommitted(talk, name), [])
    await producer.settle('commit')
    assert.is(await committed(talk, name, topic), '5')
    assert.equal(await allCommitted(talk, name), [`${topic} 5`])
  }),
)

contract(
  'offsets of a transaction that is aborted never were',
  transacting,
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const { name } = await Group.of(talk, context)
    await commitPlainly(talk, name, topic, 3)
    const producer = await Transactional.of(talk, context)
    await producer.addOffsets(name)
    await producer.commitOffsets(name, { [topic]: 5 })
    assert.equal(await allCommitted(talk, name), [`${topic} UNSTABLE_OFFSET_COMMIT`])
    assert.is(await committed(talk, name, topic, false), '3')
    await producer.settle('abort')
    assert.is(await committed(talk, name, topic), '3')
  }),
)

contract(
  'what is committed after an offset of a transaction stays when that commits; deleted offsets do not come back',
  { needs: [...transacting.needs!, ...needsAll({ OffsetDelete: 0, DeleteGroups: 2 }).needs!] },
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const { name } = await Group.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const on = talk.broker(await talk.coordinatorOf(name))
    await producer.addOffsets(name)
    await producer.commitOffsets(name, { [topic]: 5 })
    assert.is(await commitPlainly(talk, name, topic, 3), 'NONE')
    assert.is(await committed(talk, name, topic), 'UNSTABLE_OFFSET_COMMIT')
    await producer.settle('commit')
    assert.is(await committed(talk, name, topic), '3')
    await producer.addOffsets(name)
    await producer.commitOffsets(name, { [topic]: 6 })
    const topics = [{ name: topic, partitions: [{ partitionIndex: 0 }] }]
    await on.request(OffsetDelete, 0, { groupId: name, topics })
    assert.is(await committed(talk, name, topic), '-1')
    await producer.settle('commit')
    assert.is(await committed(talk, name, topic), '-1')
    await producer.addOffsets(name)
    await producer.commitOffsets(name, { [topic]: 7 })
    await on.request(DeleteGroups, 2, { groupsNames: [name] })
    await producer.settle('commit')
    assert.is(await committed(talk, name, topic), '-1')
  }),
)

contract(
  'a group that was not added takes no offsets: INVALID_TXN_STATE, from v4 on TRANSACTION_ABORTABLE',
  transacting,
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const { name } = await Group.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const commit = (asked: Parameters<Transactional['commitOffsets']>[2]) =>
      producer.commitOffsets(name, { [topic]: 5 }, asked)
    assert.is(await commit({ version: 2 }), 'INVALID_TXN_STATE')
    assert.is(await commit({ version: 3 }), 'INVALID_TXN_STATE')
    assert.is(await commit({ version: 4 }), 'TRANSACTION_ABORTABLE')
    await producer.addOffsets(name)
    assert.is(await commit({ id: producer.id + 1000n }), 'INVALID_PRODUCER_ID_MAPPING')
    assert.is(await commit({ epoch: 7 }), 'INVALID_PRODUCER_EPOCH')
    assert.is(await producer.commitOffsets('', { [topic]: 5 }), 'INVALID_GROUP_ID')
    assert.is(await producer.commitOffsets(name, { 'never-made': 5 }), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.is(await commit({}), 'NONE')
  }),
)

contract(
  'of a group with members its members commit, or who does not say that it is one',
  { ...transacting, ...needsAll({ JoinGroup: 9 }) },
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    const { memberId, generationId } = member!
    const producer = await Transactional.of(talk, context)
    await producer.addOffsets(group.name)
    const commit = (asked: Parameters<Transactional['commitOffsets']>[2]) =>
      producer.commitOffsets(group.name, { [topic]: 5 }, asked)
    assert.is(await commit({ memberId, generationId: generationId + 1 }), 'ILLEGAL_GENERATION')
    assert.is(await commit({ memberId }), 'ILLEGAL_GENERATION')
    assert.is(await commit({ memberId: 'a stranger', generationId }), 'UNKNOWN_MEMBER_ID')
    assert.is(await commit({ generationId }), 'UNKNOWN_MEMBER_ID')
    assert.is(await commit({ memberId, generationId, groupInstanceId: 'i' }), 'UNKNOWN_MEMBER_ID')
    assert.is(await committed(talk, group.name, topic), '-1')
    assert.is(await commit({ memberId, generationId }), 'NONE')
    assert.is(await commit({ version: 2 }), 'NONE')
    assert.is(await commit({}), 'NONE')
    const unknown = await Group.of(talk, context)
    await producer.addOffsets(unknown.name)
    const toNobody = { generationId: 3, memberId: 'a stranger' }
    assert.is(await producer.commitOffsets(unknown.name, { [topic]: 5 }, toNobody), 'ILLEGAL_GENERATION')
  }),
)

contract(
  'TxnOffsetCommit v5 makes the group part of the transaction',
  { needs: [...transacting.needs!, ...withEpochs.needs!] },
  talking(async (talk, context) => {
    const { topic } = await Partition.of(talk, context)
    const { name } = await Group.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const within = { version: implicit.TxnOffsetCommit }
    assert.is(await producer.commitOffsets(name, { [topic]: 5 }, within), 'NONE')
    assert.is(await producer.state(), 'Ongoing')
    assert.is(await committed(talk, name, topic), 'UNSTABLE_OFFSET_COMMIT')
    await producer.settle('commit', { version: implicit.EndTxn })
    assert.is(await committed(talk, name, topic), '5')
    const old = { ...within, epoch: 0 }
    assert.is(await producer.commitOffsets(name, { [topic]: 6 }, old), 'INVALID_PRODUCER_EPOCH')
    assert.is(await committed(talk, name, topic), '5')
  }),
)

runContract()
