import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'

const { LeaveGroup } = Apis

/** The error of the whole, then `member/instance: error` of each. */
async function leave(talk: Talk, group: Group, version: number, body: Partial<RequestOf<typeof LeaveGroup>>) {
  const asked = { groupId: group.name, ...body }
  const answer = await talk.broker(group.coordinator).request(LeaveGroup, version, asked)
  const members = answer.members.map(one => `${one.memberId}/${one.groupInstanceId}: ${errorName(one)}`)
  return [errorName(answer), ...members]
}

for (const version of [0, 2]) {
  contract(
    `with LeaveGroup v${version} a member leaves, and only once`,
    needs('LeaveGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const [leader, follower] = await group.stable(2)
      const { memberId } = follower!
      assert.equal(await leave(talk, group, version, { memberId }), ['NONE'])
      assert.equal(await leave(talk, group, version, { memberId }), ['UNKNOWN_MEMBER_ID'])
      assert.equal(await leave(talk, group, version, { memberId: '' }), ['UNKNOWN_MEMBER_ID'])
      assert.is(await leader!.heartbeat(), 'REBALANCE_IN_PROGRESS')
      assert.is(await follower!.heartbeat(), 'UNKNOWN_MEMBER_ID')
      const answer = await leader!.join()
      assert.is(answer.generationId, 3)
      assert.is(answer.members.length, 1)
    }),
  )
}

for (const version of [3, 5]) {
  contract(
    `LeaveGroup v${version} puts several members out, each with an answer of its own`,
    needs('LeaveGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const [leader, second, third] = await group.stable(3)
      const ids = [third!.memberId, 'nobody', second!.memberId, '']
      const members = ids.map(memberId => ({ memberId }))
      assert.equal(await leave(talk, group, version, { members }), [
        'NONE',
        `${third!.memberId}/null: NONE`,
        'nobody/null: UNKNOWN_MEMBER_ID',
        `${second!.memberId}/null: NONE`,
        '/null: UNKNOWN_MEMBER_ID',
      ])
      assert.is((await leader!.join()).members.length, 1)
    }),
  )
}

contract(
  'a static member is put out by its name alone, and only with its own id beside it',
  needs('LeaveGroup', 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const member = group.member({ instanceId: 'one' })
    const { memberId } = await member.enter()
    const groupInstanceId = 'one'
    assert.equal(await leave(talk, group, 3, { members: [{ memberId: 'other', groupInstanceId }] }), [
      'NONE',
      'other/one: FENCED_INSTANCE_ID',
    ])
    assert.equal(await leave(talk, group, 3, { members: [{ memberId, groupInstanceId: 'unknown' }] }), [
      'NONE',
      `${memberId}/unknown: UNKNOWN_MEMBER_ID`,
    ])
    assert.is(await member.heartbeat(), 'NONE')
    assert.equal(await leave(talk, group, 3, { members: [{ memberId: '', groupInstanceId }] }), [
      'NONE',
      '/one: NONE',
    ])
    assert.is(await member.heartbeat(), 'UNKNOWN_MEMBER_ID')
  }),
)

contract(
  'a group that does not exist has no members to put out, and a group must have a name',
  needs('LeaveGroup', 0, 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [{ memberId: 'nobody' }]
    assert.equal(await leave(talk, group, 0, { memberId: 'nobody' }), ['UNKNOWN_MEMBER_ID'])
    assert.equal(await leave(talk, group, 3, { members }), ['NONE', 'nobody/null: UNKNOWN_MEMBER_ID'])
    assert.equal(await leave(talk, group, 3, { members: [] }), ['NONE'])
    assert.equal(await leave(talk, group, 3, { groupId: '', members }), ['INVALID_GROUP_ID'])
  }),
)

contract(
  'who has an id but has not joined may give it back, and then nobody waits for it',
  needs('LeaveGroup', 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [first] = await group.stable(1)
    const [named, joining] = [group.member(), group.member()]
    await named.nameItself()
    await joining.nameItself()
    const joins = [joining.join()]
    await first!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    joins.push(first!.join())
    assert.is(await first!.heartbeat(), 'REBALANCE_IN_PROGRESS')
    assert.is(await named.leave(), 'NONE')
    const answers = await Promise.all(joins)
    assert.equal(
      answers.map(({ generationId }) => generationId),
      [2, 2],
    )
    assert.is(errorName(await named.join()), 'UNKNOWN_MEMBER_ID')
  }),
)

contract(
  'when the leader leaves another leads',
  needs('LeaveGroup', 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    assert.is(await leader!.leave(), 'NONE')
    assert.is(await follower!.heartbeat(), 'REBALANCE_IN_PROGRESS')
    const answer = await follower!.join()
    assert.is(answer.leader, follower!.memberId)
    assert.is(answer.generationId, 3)
  }),
)

contract(
  'a group that all have left counts its generations on',
  needs('LeaveGroup', 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    assert.is(await member!.leave(), 'NONE')
    assert.is((await group.member().enter()).generationId, 3)
  }),
)

runContract()
