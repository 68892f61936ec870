import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { consumerOf, GroupRig, memberOf } from './group-rig'

test('a static member is a member at once, and its id tells its name', async () => {
  const rig = new GroupRig()
  const held = await rig.join({ instanceId: 'i0' })
  await rig.clock.advance(3000)
  assert.is(held.answer.error, 'NONE')
  assert.match(held.answer.memberId, /^i0-/)
  assert.is(held.answer.members[0]!.instanceId, 'i0')
})

test('a static member that comes without its id gets a new one and its old assignment, and nobody rebalances', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2, {}, true)
  const { answer } = await rig.join({ instanceId: 'i1' })
  assert.is(answer.error, 'NONE')
  assert.is.not(answer.memberId, follower!.memberId)
  assert.is(answer.leader, leader!.memberId)
  assert.is(answer.generationId, 1)
  assert.is(rig.state, 'Stable')
  const back = memberOf(answer, 'i1')
  assert.is((await rig.sync(back)).answer.assignment.toString(), '1')
  assert.is(await rig.heartbeat(leader!), 'NONE')
})

test('whoever uses the old id of a static member is fenced', async () => {
  const rig = new GroupRig()
  const [, old] = await rig.stable(2, {}, true)
  await rig.join({ instanceId: 'i1' })
  assert.is(await rig.heartbeat(old!), 'FENCED_INSTANCE_ID')
  assert.is((await rig.sync(old!)).answer.error, 'FENCED_INSTANCE_ID')
  assert.is((await rig.join(old)).answer.error, 'FENCED_INSTANCE_ID')
  assert.is(await rig.commit(old), 'FENCED_INSTANCE_ID')
  assert.equal(await rig.leave(old!), ['FENCED_INSTANCE_ID'])
  assert.is(await rig.heartbeat({ ...old!, instanceId: null }), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.heartbeat({ ...old!, instanceId: 'nobody' }), 'UNKNOWN_MEMBER_ID')
})

test('a leader that comes back is told to leave the assignment as it is', async () => {
  const rig = new GroupRig()
  await rig.stable(2, {}, true)
  const { answer } = await rig.join({ instanceId: 'i0' })
  assert.is(answer.leader, answer.memberId)
  assert.is(answer.skipAssignment, true)
  assert.is(answer.members.length, 2)
})

test('before version 9 a leader that comes back takes itself for a follower', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(2, {}, true)
  const { answer } = await rig.join({ instanceId: 'i0', canSkipAssignment: false })
  assert.is(answer.leader, leader!.memberId)
  assert.is(answer.skipAssignment, false)
  assert.equal(answer.members, [])
  assert.is(rig.group!.leader, answer.memberId)
})

test('a static member that comes back with another subscription does not rebalance, unless the assignor changes', async () => {
  const rig = new GroupRig()
  await rig.stable(1, { protocols: consumerOf(['orders'], 'range', 'sticky') }, true)
  const same = await rig.join({ instanceId: 'i0', protocols: consumerOf(['bills'], 'range', 'sticky') })
  assert.is(same.answer.generationId, 1)
  const other = await rig.join({ instanceId: 'i0', protocols: consumerOf(['bills'], 'sticky', 'range') })
  assert.is(other.answer.generationId, 2)
  assert.is(other.answer.protocolName, 'sticky')
})

test('a held JoinGroup of a static member is fenced by one that comes without an id', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2, {}, true)
  const held = await rig.join(leader)
  const again = await rig.join({ instanceId: 'i0' })
  assert.is(held.answer.error, 'FENCED_INSTANCE_ID')
  assert.is(held.answer.memberId, leader!.memberId)
  await rig.join(follower)
  assert.is(again.answer.generationId, 2)
  assert.is(again.answer.leader, again.answer.memberId)
})

test('a static member that came back to a rebalance may wait for longer than its session', async () => {
  const rig = new GroupRig()
  const [, follower] = await rig.stable(2, { sessionTimeoutMs: 50_000 }, true)
  await rig.join({ ...follower!, protocols: consumerOf(['bills']), sessionTimeoutMs: 6000 })
  const back = await rig.join({ instanceId: 'i1', sessionTimeoutMs: 6000 })
  await rig.clock.advance(49_999)
  assert.not(back.isAnswered)
  await rig.clock.advance(1)
  assert.is(back.answer.leader, back.answer.memberId, 'the other one has gone by its session')
})

test('a held SyncGroup is fenced too, and the rebalance begins anew', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2, {}, true)
  await rig.join(leader)
  const next = memberOf((await rig.join(follower)).answer, 'i1')
  const held = await rig.sync(next)
  await rig.join({ instanceId: 'i1' })
  assert.is(held.answer.error, 'FENCED_INSTANCE_ID')
  assert.is(rig.state, 'PreparingRebalance')
})

test('a static member that is away in a rebalance stays a member until its session is over', async () => {
  const rig = new GroupRig()
  const asked = { rebalanceTimeoutMs: 5000, sessionTimeoutMs: 20_000 }
  const [leader, away] = await rig.stable(2, asked, true)
  const held = await rig.join({ ...leader!, ...asked })
  await rig.clock.advance(5000)
  assert.is(held.answer.members.length, 2)
  assert.is(await rig.heartbeat(away!), 'ILLEGAL_GENERATION')
  await rig.sync(memberOf(held.answer, 'i0'), { [away!.memberId]: 'A' })
  await rig.clock.advance(5000)
  assert.is(await rig.heartbeat(memberOf(held.answer, 'i0')), 'REBALANCE_IN_PROGRESS')
})

test('where only static members are left and none is here, the rebalance waits on', async () => {
  const rig = new GroupRig()
  const asked = { rebalanceTimeoutMs: 5000, sessionTimeoutMs: 60_000 }
  await rig.stable(2, asked, true)
  const newcomer = await rig.joinTwice({ ...asked, sessionTimeoutMs: 6000 })
  await rig.leave({ memberId: rig.group!.members[2]!.memberId })
  assert.is(newcomer.answer.error, 'UNKNOWN_MEMBER_ID')
  await rig.clock.advance(30_000)
  assert.is(rig.state, 'PreparingRebalance')
  const back = await rig.join({ ...asked, instanceId: 'i1' })
  await rig.clock.advance(5000)
  assert.is(back.answer.generationId, 2)
  assert.is(back.answer.leader, back.answer.memberId)
})

test('a static member that is restarted before it asked for its assignment costs a rebalance all the same', async () => {
  const rig = new GroupRig()
  const asked = { rebalanceTimeoutMs: 5000, sessionTimeoutMs: 60_000 }
  const joins = [
    await rig.join({ ...asked, instanceId: 'i0' }),
    await rig.join({ ...asked, instanceId: 'i1' }),
  ]
  await rig.clock.advance(5000)
  const leader = memberOf(joins[0]!.answer, 'i0')
  await rig.sync(leader)
  const back = memberOf((await rig.join({ ...asked, instanceId: 'i1' })).answer, 'i1')
  assert.is((await rig.sync(back)).answer.error, 'NONE')
  await rig.clock.advance(5000)
  assert.is(await rig.heartbeat(leader), 'REBALANCE_IN_PROGRESS')
  assert.is(rig.group!.members.length, 2)
})

test.run()
