import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'
import type { RawConnection } from '../support/wire'

const { DeleteGroups, DescribeGroups, Heartbeat, JoinGroup, LeaveGroup, ListGroups } = Apis
const { OffsetCommit, OffsetDelete, OffsetFetch, SyncGroup } = Apis

/** A group with a member, and a broker that is not its coordinator. */
async function elsewhere(talk: Talk, context: ContractContext): Promise<[Group, RawConnection]> {
  const group = await Group.of(talk, context)
  await group.stable(1)
  const other = context.brokers.find(({ id }) => id !== group.coordinator)!
  return [group, talk.broker(other.id)]
}

const wrong = 'NOT_COORDINATOR'

contract(
  'who is asked to manage a group that another broker coordinates is NOT_COORDINATOR',
  { ...needs('JoinGroup', 9), brokers: 3 },
  talking(async (talk, context) => {
    const [{ name: groupId }, broker] = await elsewhere(talk, context)
    const member = { groupId, memberId: 'nobody', generationId: 1 }
    const joined = await broker.request(JoinGroup, 9, {
      ...{ groupId, memberId: '', protocolType: 'consumer', sessionTimeoutMs: 6000 },
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    })
    assert.is(errorName(joined), wrong)
    assert.is(joined.memberId, '')
    const kind = { protocolType: 'consumer', protocolName: 'range' }
    const synced = await broker.request(SyncGroup, 5, { ...member, ...kind, assignments: [] })
    assert.is(errorName(synced), wrong)
    assert.is(errorName(await broker.request(Heartbeat, 4, member)), wrong)
    assert.is(errorName(await broker.request(LeaveGroup, 2, { groupId, memberId: 'nobody' })), wrong)
    const left = await broker.request(LeaveGroup, 5, { groupId, members: [{ memberId: 'nobody' }] })
    assert.is(errorName(left), wrong)
    assert.equal(left.members, [])
  }),
)

contract(
  'who is asked for offsets of a group that another broker coordinates is NOT_COORDINATOR',
  { ...needs('OffsetFetch', 1), brokers: 3 },
  talking(async (talk, context) => {
    const [{ name: groupId }, broker] = await elsewhere(talk, context)
    const name = await context.uniqueTopic()
    const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: '' }]
    const committed = await broker.request(OffsetCommit, 9, { groupId, topics: [{ name, partitions }] })
    assert.is(errorName(committed.topics[0]!.partitions[0]), wrong)
    const topics = [{ name, partitionIndexes: [0] }]
    const first = (await broker.request(OffsetFetch, 1, { groupId, topics })).topics[0]!.partitions[0]
    assert.is(errorName(first), wrong)
    assert.is(Number(first!.committedOffset), -1)
    const seventh = await broker.request(OffsetFetch, 7, { groupId, topics })
    assert.is(errorName(seventh), wrong)
    assert.equal(seventh.topics, [])
    const eighth = await broker.request(OffsetFetch, 8, { groups: [{ groupId, topics }] })
    assert.is(errorName(eighth.groups[0]), wrong)
    assert.equal(eighth.groups[0]!.topics, [])
    const deleted = await broker.request(OffsetDelete, 0, { groupId, topics: [] })
    assert.is(errorName(deleted), wrong)
  }),
)

contract(
  'who is asked about a group that another broker coordinates is NOT_COORDINATOR, and does not list it',
  { ...needs('DescribeGroups', 6), brokers: 3 },
  talking(async (talk, context) => {
    const [{ name, coordinator }, broker] = await elsewhere(talk, context)
    for (const version of [0, 6]) {
      const { groups } = await broker.request(DescribeGroups, version, { groups: [name] })
      assert.is(errorName(groups[0]), wrong)
      assert.is(groups[0]!.groupState, '')
    }
    const { results } = await broker.request(DeleteGroups, 2, { groupsNames: [name] })
    assert.is(errorName(results[0]), wrong)
    const lists = async (asked: RawConnection) =>
      (await asked.request(ListGroups, 4, {})).groups.some(({ groupId }) => groupId === name)
    assert.is(await lists(talk.broker(coordinator)), true)
    assert.is(await lists(broker), false)
  }),
)

runContract()
