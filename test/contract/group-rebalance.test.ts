import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group, share } from '../support/talk/group'
import { subscriptionsIn, subscription } from '../support/talk/member'

contract(
  'a leader that joins again begins a rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    const joining = leader!.join()
    await follower!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const answers = await Promise.all([joining, follower!.join()])
    assert.equal(
      answers.map(({ generationId }) => generationId),
      [3, 3],
    )
    assert.is(answers[0].leader, leader!.memberId)
    assert.is(answers[0].members.length, 2)
  }),
)

contract(
  'a follower that joins again as it was is told of the generation it is in',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    const answer = await follower!.join()
    assert.is(errorName(answer), 'NONE')
    assert.is(answer.generationId, 2)
    assert.is(answer.leader, leader!.memberId)
    assert.is(answer.protocolName, 'range')
    assert.equal(answer.members, [])
    assert.is(await leader!.heartbeat(), 'NONE')
  }),
)

contract(
  'a follower that joins again with another subscription begins a rebalance, and the leader learns of it',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    const protocols = [{ name: 'range', metadata: subscription('range', ['more']) }]
    const joining = follower!.join({ protocols })
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const answer = await leader!.join()
    assert.is((await joining).generationId, 3)
    assert.is(subscriptionsIn(answer).get(follower!.memberId), 'more by range')
  }),
)

contract(
  'whoever missed the answer to its join may ask again while the assignment is awaited',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const [leader, follower] = members
    const [again, followed] = [await leader!.join(), await follower!.join()]
    assert.is(again.generationId, 2)
    assert.is(again.members.length, 2)
    assert.is(followed.generationId, 2)
    assert.is(followed.members.length, 0)
    await share(members)
    assert.is(await leader!.heartbeat(), 'NONE')
  }),
)

contract(
  'who changes its subscription while the assignment is awaited begins another rebalance',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const [leader, follower] = members
    const protocols = [{ name: 'range', metadata: subscription('range', ['more']) }]
    const joining = follower!.join({ protocols })
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    assert.is((await leader!.join()).generationId, 3)
    assert.is((await joining).generationId, 3)
  }),
)

contract(
  'who does not join again is out when the longest rebalance timeout is over',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, silent] = await group.stable(2, { rebalanceTimeoutMs: 500 })
    const began = performance.now()
    const answer = await leader!.join()
    assert.ok(performance.now() - began >= 490)
    assert.is(answer.generationId, 3)
    assert.equal([...subscriptionsIn(answer).keys()], [leader!.memberId])
    assert.is(await silent!.heartbeat(), 'UNKNOWN_MEMBER_ID')
  }),
)

contract(
  'when the leader does not join again another leads',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2, { rebalanceTimeoutMs: 500 })
    const protocols = [{ name: 'range', metadata: subscription('range', ['more']) }]
    const answer = await follower!.join({ protocols })
    assert.is(answer.leader, follower!.memberId)
    assert.is(answer.members.length, 1)
    assert.is(await leader!.heartbeat(), 'UNKNOWN_MEMBER_ID')
  }),
)

contract(
  'who does not fetch its assignment is out when the rebalance timeout is over',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member({ rebalanceTimeoutMs: 500 }), group.member({ rebalanceTimeoutMs: 500 })]
    await gather(members)
    const [leader, silent] = members
    assert.is(errorName(await leader!.sync({ [leader!.memberId]: 'all' })), 'NONE')
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    assert.is(await silent!.heartbeat(), 'UNKNOWN_MEMBER_ID')
    const answer = await leader!.join()
    assert.is(answer.generationId, 3)
    assert.is(answer.members.length, 1)
  }),
)

contract(
  'when the leader does not assign, those who wait for it are sent back to join',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member({ rebalanceTimeoutMs: 500 }), group.member({ rebalanceTimeoutMs: 500 })]
    await gather(members)
    const [leader, follower] = members
    assert.is(errorName(await follower!.sync()), 'REBALANCE_IN_PROGRESS')
    assert.is(await leader!.heartbeat(), 'UNKNOWN_MEMBER_ID')
    const answer = await follower!.join()
    assert.is(answer.generationId, 3)
    assert.is(answer.leader, follower!.memberId)
  }),
)

contract(
  'who loses its connection stays a member, and may ask again on another what was held on the first',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await group.stable(1)
    const [lost, again] = [group.member(), group.member()]
    await lost.nameItself()
    void lost.join().catch(() => undefined)
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    lost.vanish()
    again.memberId = lost.memberId
    const joining = again.join()
    const answer = await leader!.join()
    assert.equal([...subscriptionsIn(answer).keys()].sort(), [leader!.memberId, lost.memberId].sort())
    assert.is((await joining).generationId, 2)
    const held = again.sync()
    await leader!.sync({ [lost.memberId]: 'all' })
    assert.is((await held).assignment.toString(), 'all')
    assert.is(await again.heartbeat(), 'NONE')
  }),
)

runContract()
