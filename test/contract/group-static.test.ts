import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group, share } from '../support/talk/group'
import { subscriptionsIn, type Member } from '../support/talk/member'

const { LeaveGroup } = Apis

/** A stable group of two static members; the leader is `one`. */
async function pair(group: Group, protocols = ['range']): Promise<readonly [Member, Member]> {
  const leader = group.member({ instanceId: 'one', protocols })
  const follower = group.member({ instanceId: 'two', protocols })
  await leader.join()
  await leader.sync()
  const joining = follower.join()
  await leader.heartbeatUntil('REBALANCE_IN_PROGRESS')
  await Promise.all([leader.join(), joining])
  await share([leader, follower])
  return [leader, follower]
}

for (const version of [5, 9]) {
  contract(
    `a static member joins at once with JoinGroup v${version}, and its id begins with its name`,
    needs('JoinGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const member = group.member({ instanceId: 'one', versions: { join: version, sync: 5, heartbeat: 4 } })
      const answer = await member.join()
      assert.is(errorName(answer), 'NONE')
      assert.match(answer.memberId, /^one-[0-9a-f-]{36}$/)
      assert.equal(
        answer.members.map(({ groupInstanceId }) => groupInstanceId),
        ['one'],
      )
    }),
  )
}

contract(
  'a static follower that comes back has a new id and its old part, without a rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await pair(group)
    const back = group.member({ instanceId: 'two' })
    const answer = await back.join()
    assert.is(errorName(answer), 'NONE')
    assert.is(answer.generationId, 2)
    assert.is.not(answer.memberId, follower.memberId)
    assert.is(answer.leader, leader.memberId)
    assert.is(answer.skipAssignment, false)
    assert.equal(answer.members, [])
    assert.is((await back.sync()).assignment.toString(), 'part of 1')
    assert.is(await leader.heartbeat(), 'NONE')
  }),
)

contract(
  'a static leader that comes back leads on, with the members told and the assignment as it was',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [, follower] = await pair(group)
    const back = group.member({ instanceId: 'one' })
    const answer = await back.join()
    assert.is(answer.generationId, 2)
    assert.is(answer.leader, answer.memberId)
    assert.is(answer.skipAssignment, true)
    assert.equal(answer.members.map(({ groupInstanceId }) => groupInstanceId).sort(), ['one', 'two'])
    assert.is((await back.sync({ [follower.memberId]: 'other' })).assignment.toString(), 'part of 0')
    assert.is((await follower.sync()).assignment.toString(), 'part of 1')
    assert.is(await follower.heartbeat(), 'NONE')
  }),
)

contract(
  'before v9 a static leader that comes back is told that its old self leads, so that it assigns nothing',
  needs('JoinGroup', 8),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await pair(group)
    const back = group.member({ instanceId: 'one', versions: { join: 8, sync: 5, heartbeat: 4 } })
    const answer = await back.join()
    assert.is(answer.generationId, 2)
    assert.is(answer.leader, leader.memberId)
    assert.is.not(answer.memberId, leader.memberId)
    assert.equal(answer.members, [])
    assert.is((await back.sync()).assignment.toString(), 'part of 0')
  }),
)

contract(
  'who was replaced is fenced, whatever it asks',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [, old] = await pair(group)
    const back = group.member({ instanceId: 'two' })
    await back.join()
    assert.is(await old.heartbeat(), 'FENCED_INSTANCE_ID')
    assert.is(errorName(await old.sync()), 'FENCED_INSTANCE_ID')
    assert.is(errorName(await old.join()), 'FENCED_INSTANCE_ID')
    const members = [{ memberId: old.memberId, groupInstanceId: 'two' }]
    const left = await talk.broker(group.coordinator).request(LeaveGroup, 3, { groupId: group.name, members })
    assert.is(errorName(left.members[0]), 'FENCED_INSTANCE_ID')
    // Without the name its id is merely unknown.
    assert.is(await old.heartbeat({ groupInstanceId: null }), 'UNKNOWN_MEMBER_ID')
    assert.is(await back.heartbeat(), 'NONE')
  }),
)

contract(
  'a name that the group does not know, and a name of another member, are told apart',
  needs('Heartbeat', 3),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [one, two] = await pair(group)
    assert.is(await one.heartbeat({ groupInstanceId: 'three' }), 'UNKNOWN_MEMBER_ID')
    assert.is(await one.heartbeat({ groupInstanceId: 'two' }), 'FENCED_INSTANCE_ID')
    assert.is(await two.heartbeat({ groupInstanceId: null }), 'NONE')
    assert.is(errorName(await one.join({ groupInstanceId: 'three' })), 'UNKNOWN_MEMBER_ID')
  }),
)

contract(
  'a static follower that comes back with another subscription changes nothing before the next rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await pair(group)
    const back = group.member({ instanceId: 'two', topics: ['more'] })
    assert.is((await back.join()).generationId, 2)
    assert.is(await leader.heartbeat(), 'NONE')
    const joining = leader.join()
    await back.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const [answer] = await Promise.all([joining, back.join()])
    assert.is(subscriptionsIn(answer).get(back.memberId), 'more by range')
  }),
)

contract(
  'a static follower that comes back so that another assignor is to be used is followed by a rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const protocols = ['range', 'sticky']
    const [leader] = await pair(group, protocols)
    const joining = group.member({ instanceId: 'two', protocols: ['sticky'] }).join()
    await leader.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const answers = await Promise.all([joining, leader.join()])
    assert.equal(
      answers.map(({ generationId, protocolName }) => [generationId, protocolName]),
      [
        [3, 'sticky'],
        [3, 'sticky'],
      ],
    )
  }),
)

contract(
  'a static member that joins while its name is waiting takes its place, and the other is fenced',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await pair(group)
    const third = group.member({ instanceId: 'three' })
    const waiting = third.join()
    await leader.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const replacement = group.member({ instanceId: 'three' })
    const joining = replacement.join()
    assert.is(errorName(await waiting), 'FENCED_INSTANCE_ID')
    const answers = await Promise.all([leader.join(), follower.join(), joining])
    assert.equal(
      answers.map(({ generationId }) => generationId),
      [3, 3, 3],
    )
  }),
)

contract(
  'a static member that comes back while the assignment is awaited begins another rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const leader = group.member({ instanceId: 'one' })
    const [, dynamic] = [leader, group.member()]
    await gather([leader, dynamic])
    const back = group.member({ instanceId: 'one' })
    const joining = back.join()
    await dynamic.heartbeatUntil('REBALANCE_IN_PROGRESS')
    assert.is((await dynamic.join()).generationId, 3)
    assert.is((await joining).generationId, 3)
  }),
)

runContract()
