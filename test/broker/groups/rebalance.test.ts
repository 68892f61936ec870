import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { consumerOf, GroupRig, memberOf } from './group-rig'

const asText = (bytes: Buffer | undefined) => bytes?.toString()

test('the assignment is held until the leader hands it in, and then each gets its part', async () => {
  const rig = new GroupRig()
  const joins = [await rig.joinTwice(), await rig.joinTwice(), await rig.joinTwice()]
  await rig.clock.advance(9000)
  const [leader, waiting, late] = joins.map(({ answer }) => memberOf(answer))
  const held = await rig.sync(waiting!)
  await rig.clock.advance(1000)
  assert.not(held.isAnswered)
  const handedIn = { [leader!.memberId]: 'L', [waiting!.memberId]: 'W', stranger: 'S' }
  const own = await rig.sync(leader!, handedIn)
  assert.is(asText(own.answer.assignment), 'L')
  assert.is(asText(held.answer.assignment), 'W')
  assert.is(held.answer.protocolName, 'range')
  assert.is(rig.state, 'Stable')
  const rest = await rig.sync(late!)
  assert.is(rest.answer.error, 'NONE')
  assert.is(asText(rest.answer.assignment), '')
})

test('members that did not hear their assignment may ask for it again', async () => {
  const rig = new GroupRig()
  const [, follower] = await rig.stable(2)
  assert.is(asText((await rig.sync(follower!)).answer.assignment), '1')
})

test('whoever speaks of another generation, of another assignor or is no member is refused', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(1)
  const other = { ...leader!, generationId: 7 }
  const stranger = { ...leader!, memberId: 'x' }
  assert.is((await rig.sync(other)).answer.error, 'ILLEGAL_GENERATION')
  assert.is((await rig.sync(stranger)).answer.error, 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.heartbeat(other), 'ILLEGAL_GENERATION')
  assert.is(await rig.heartbeat(stranger), 'UNKNOWN_MEMBER_ID')
  const inconsistent = 'INCONSISTENT_GROUP_PROTOCOL'
  assert.is((await rig.sync(leader!, {}, { protocolName: 'sticky' })).answer.error, inconsistent)
  assert.is((await rig.sync(leader!, {}, { protocolType: 'connect' })).answer.error, inconsistent)
  const right = { protocolType: 'consumer', protocolName: 'range' }
  assert.is((await rig.sync(leader!, {}, right)).answer.error, 'NONE')
})

test('a leader that joins again begins a rebalance; a follower that says nothing new does not', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  const again = await rig.join(follower)
  assert.is(again.answer.generationId, 1)
  assert.is(again.answer.leader, leader!.memberId)
  assert.equal(again.answer.members, [])
  assert.is(rig.state, 'Stable')
  await rig.join(leader)
  assert.is(rig.state, 'PreparingRebalance')
})

test('a follower with a new subscription begins a rebalance', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join({ ...follower!, protocols: consumerOf(['orders', 'bills']) })
  assert.is(rig.state, 'PreparingRebalance')
  assert.is(await rig.heartbeat(leader!), 'REBALANCE_IN_PROGRESS')
})

test('in a rebalance heartbeats and syncs are told so, and commits of the last generation are stored', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  assert.is(await rig.heartbeat(follower!), 'REBALANCE_IN_PROGRESS')
  assert.is((await rig.sync(follower!)).answer.error, 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.commit(follower), 'NONE')
})

test('between joining and assignment heartbeats are well and commits are refused', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  const next = memberOf((await rig.join(follower)).answer)
  assert.is(rig.state, 'CompletingRebalance')
  assert.is(await rig.heartbeat(next), 'NONE')
  assert.is(await rig.commit(next), 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.commit(follower), 'ILLEGAL_GENERATION')
})

test('between joining and assignment a member that joins again hears the same once more', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  await rig.join(follower)
  assert.is((await rig.join(leader)).answer.members.length, 2)
  assert.is((await rig.join(follower)).answer.generationId, 2)
  assert.is(rig.state, 'CompletingRebalance')
})

test('a new subscription before the assignment begins the rebalance anew, and who waits hears of it', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  const next = memberOf((await rig.join(follower)).answer)
  const waiting = await rig.sync(next)
  const changed = await rig.join({ ...leader!, protocols: consumerOf(['bills']) })
  assert.is(waiting.answer.error, 'REBALANCE_IN_PROGRESS')
  assert.is(waiting.answer.protocolName, null)
  await rig.join(follower)
  assert.is(changed.answer.generationId, 3)
})

test('the next generation begins as soon as all are back', async () => {
  const rig = new GroupRig()
  const [leader, second, third] = await rig.stable(3)
  const held = [await rig.join(leader), await rig.join(second)]
  await rig.clock.advance(5000)
  assert.equal(
    held.map(({ isAnswered }) => isAnswered),
    [false, false],
  )
  await rig.join(third)
  assert.equal(
    held.map(({ answer }) => answer.generationId),
    [2, 2],
  )
})

test('members that do not come back within the longest rebalance timeout are put out', async () => {
  const rig = new GroupRig()
  const [leader, late] = await rig.stable(2, { sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 20_000 })
  const held = await rig.join({ ...leader!, rebalanceTimeoutMs: 5000 })
  await rig.clock.advance(19_999)
  assert.not(held.isAnswered)
  await rig.clock.advance(1)
  assert.is(held.answer.members.length, 1)
  assert.is(await rig.heartbeat(late!), 'UNKNOWN_MEMBER_ID')
})

test('a leader that does not come back is replaced by a member that did', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2, { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 })
  const back = await rig.join({ ...follower!, protocols: consumerOf(['bills']), rebalanceTimeoutMs: 5000 })
  await rig.clock.advance(5000)
  assert.is(back.answer.leader, follower!.memberId)
  assert.is(await rig.heartbeat(leader!), 'UNKNOWN_MEMBER_ID')
})

test('a member id that is still out holds a rebalance up, until it comes or its session is over', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(1)
  await rig.newMemberId({ sessionTimeoutMs: 8000 })
  assert.is(await rig.heartbeat(leader!), 'NONE')
  const held = await rig.join(leader)
  await rig.clock.advance(7999)
  assert.not(held.isAnswered)
  await rig.clock.advance(1)
  assert.is(held.answer.generationId, 2)
})

test('members that never ask for their assignment are put out after the rebalance timeout', async () => {
  const rig = new GroupRig()
  const asked = { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 }
  const joins = [await rig.joinTwice(asked), await rig.joinTwice(asked)]
  await rig.clock.advance(5000)
  const [leader, follower] = joins.map(({ answer }) => memberOf(answer))
  const held = await rig.sync(follower!)
  await rig.clock.advance(4999)
  assert.not(held.isAnswered)
  await rig.clock.advance(1)
  assert.is(held.answer.error, 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.heartbeat(leader!), 'UNKNOWN_MEMBER_ID')
  assert.is((await rig.join({ ...follower!, ...asked })).answer.leader, follower!.memberId)
})

test('a follower that never asks is put out even of a Stable group', async () => {
  const rig = new GroupRig()
  const asked = { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 }
  const joins = [await rig.joinTwice(asked), await rig.joinTwice(asked)]
  await rig.clock.advance(5000)
  const [leader, follower] = joins.map(({ answer }) => memberOf(answer))
  await rig.sync(leader!)
  assert.is(rig.state, 'Stable')
  await rig.clock.advance(5000)
  assert.is(await rig.heartbeat(leader!), 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.heartbeat(follower!), 'UNKNOWN_MEMBER_ID')
})

test('who left before it asked for its assignment is not waited for in the next generation', async () => {
  const rig = new GroupRig()
  const asked = { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 }
  const joins = [await rig.joinTwice(asked), await rig.joinTwice(asked)]
  await rig.clock.advance(5000)
  const [leader, follower] = joins.map(({ answer }) => memberOf(answer))
  await rig.leave(follower!)
  await rig.sync(memberOf((await rig.join({ ...leader!, ...asked })).answer))
  await rig.clock.advance(5000)
  assert.equal([rig.state, rig.group!.generationId], ['Stable', 2])
})

test('once all have asked nobody is put out for it', async () => {
  const rig = new GroupRig()
  await rig.stable(2, { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 })
  await rig.clock.advance(100_000)
  assert.is(rig.state, 'Stable')
  assert.is(rig.group!.members.length, 2)
})

test.run()
