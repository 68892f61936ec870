import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { groupId, GroupRig, memberOf } from './group-rig'

test('who waits is sent to the new coordinator', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  const joining = await rig.join(leader)
  rig.coordinator.resign(() => true)
  await rig.clock.advance(0)
  assert.is(joining.answer.error, 'NOT_COORDINATOR')
  assert.is(joining.answer.memberId, leader!.memberId)
  await rig.join(leader)
  const next = memberOf((await rig.join(follower)).answer)
  const syncing = await rig.sync(next)
  rig.coordinator.resign(() => true)
  await rig.clock.advance(0)
  assert.is(syncing.answer.error, 'NOT_COORDINATOR')
})

test('a Stable group goes on as it was, each member with a whole session ahead', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.commit(leader)
  const before = rig.group
  await rig.clock.advance(9000)
  rig.coordinator.resign(() => true)
  assert.equal(rig.group, before)
  await rig.clock.advance(9000)
  assert.is(await rig.heartbeat(leader!), 'NONE')
  assert.is((await rig.sync(follower!)).answer.assignment.toString(), '1')
  await rig.clock.advance(1000)
  assert.is(await rig.heartbeat(follower!), 'UNKNOWN_MEMBER_ID')
})

test('after a move a held JoinGroup vouches for its member as before', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  rig.coordinator.resign(() => true)
  const held = await rig.join(leader)
  await rig.clock.advance(9000)
  await rig.heartbeat(follower!)
  await rig.clock.advance(9000)
  assert.not(held.isAnswered)
  await rig.join(follower)
  assert.is(held.answer.generationId, 2)
})

test('a rebalance that was under way is forgotten: the last complete generation is back', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  await rig.join(follower)
  assert.is(rig.group!.generationId, 2)
  rig.coordinator.resign(() => true)
  assert.equal([rig.state, rig.group!.generationId], ['Stable', 1])
  assert.is(await rig.heartbeat(follower!), 'NONE')
})

test('a group that was new has forgotten who was about to join', async () => {
  const rig = new GroupRig()
  const memberId = await rig.newMemberId()
  await rig.join({ memberId })
  rig.coordinator.resign(() => true)
  assert.is(rig.state, 'Empty')
  assert.is((await rig.join({ memberId })).answer.error, 'UNKNOWN_MEMBER_ID')
})

test('members that left are remembered, unless the group came to rest without them', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.leave(follower!)
  rig.coordinator.resign(() => true)
  assert.is(rig.group!.members.length, 2)
  await rig.leave(leader!, follower!)
  assert.is(rig.state, 'Empty')
  rig.coordinator.resign(() => true)
  assert.equal([rig.state, rig.group!.generationId], ['Empty', 2])
})

test('a static member that came back is remembered by its new id', async () => {
  const rig = new GroupRig()
  const [, old] = await rig.stable(2, {}, true)
  const back = memberOf((await rig.join({ instanceId: 'i1' })).answer, 'i1')
  rig.coordinator.resign(() => true)
  assert.is(await rig.heartbeat(back), 'NONE')
  assert.is(await rig.heartbeat(old!), 'FENCED_INSTANCE_ID')
})

test('offsets without members move too, and a group that was deleted does not come back', async () => {
  const rig = new GroupRig()
  await rig.commit()
  rig.coordinator.resign(() => true)
  assert.is(rig.group!.offsets.length, 1)
  await rig.coordinator.delete(groupId)
  rig.coordinator.resign(() => true)
  assert.is(rig.group, undefined)
})

test('a group of which nothing was written is gone after a move', async () => {
  const rig = new GroupRig()
  await rig.commit()
  await rig.coordinator.deleteOffsets(groupId, [{ topic: 'orders', partition: 0 }])
  assert.is(rig.state, 'Empty')
  rig.coordinator.resign(() => true)
  assert.is(rig.group, undefined)
})

test('which topics members use is known after a move', async () => {
  const rig = new GroupRig()
  await rig.stable(1)
  rig.coordinator.resign(() => true)
  const orders = { topic: 'orders', partition: 0 }
  const { partitions } = await rig.coordinator.deleteOffsets(groupId, [orders])
  assert.equal(partitions, ['GROUP_SUBSCRIBED_TO_TOPIC'])
})

test('groups whose coordinator stays hear nothing of it', async () => {
  const rig = new GroupRig()
  const held = await rig.joinTwice()
  rig.coordinator.resign(group => group !== groupId)
  await rig.clock.advance(3000)
  assert.is(held.answer.error, 'NONE')
})

test.run()
