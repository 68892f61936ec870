import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GroupRig, memberOf } from './group-rig'

test('a member that leaves is gone at once, and the others rebalance', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  assert.equal(await rig.leave(follower!), ['NONE'])
  assert.is(await rig.heartbeat(follower!), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.heartbeat(leader!), 'REBALANCE_IN_PROGRESS')
  assert.equal(await rig.leave(follower!), ['UNKNOWN_MEMBER_ID'])
})

test('another leads when the leader leaves', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.leave(leader!)
  const { answer } = await rig.join(follower)
  assert.is(answer.leader, follower!.memberId)
  assert.is(answer.members.length, 1)
})

test('several leave at once, each with its own answer', async () => {
  const rig = new GroupRig()
  const [first, second] = await rig.stable(3)
  const errors = await rig.leave(first!, { memberId: 'stranger' }, second!)
  assert.equal(errors, ['NONE', 'UNKNOWN_MEMBER_ID', 'NONE'])
  assert.is(rig.group!.members.length, 1)
  assert.equal(await rig.leave(), [])
})

test('a static member may be put out by its name alone', async () => {
  const rig = new GroupRig()
  await rig.stable(2, {}, true)
  const errors = await rig.leave(
    { memberId: '', instanceId: 'i1' },
    { memberId: '', instanceId: 'i9' },
    { memberId: '' },
  )
  assert.equal(errors, ['NONE', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID'])
  assert.equal(
    rig.group!.members.map(({ instanceId }) => instanceId),
    ['i0'],
  )
})

test('whoever waits in JoinGroup and is put out hears that it is unknown', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(2)
  const held = await rig.join(leader)
  await rig.leave(leader!)
  assert.is(held.answer.error, 'UNKNOWN_MEMBER_ID')
  assert.is(held.answer.memberId, '')
})

test('whoever waits in SyncGroup and is put out hears nothing, as in Kafka', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  const held = await rig.sync(memberOf((await rig.join(follower)).answer))
  await rig.leave(follower!)
  await rig.clock.advance(60_000)
  assert.not(held.isAnswered)
})

test('who leaves a rebalance is not waited for', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  const held = await rig.join(leader)
  await rig.leave(follower!)
  assert.is(held.answer.generationId, 2)
})

test('a member id that has not come back may leave', async () => {
  const rig = new GroupRig()
  const memberId = await rig.newMemberId()
  assert.equal(await rig.leave({ memberId }), ['NONE'])
  assert.is((await rig.join({ memberId })).answer.error, 'UNKNOWN_MEMBER_ID')
})

test('the first rebalance takes its time though all have left', async () => {
  const rig = new GroupRig()
  const memberId = await rig.newMemberId()
  await rig.join({ memberId })
  await rig.leave({ memberId })
  assert.is(rig.state, 'PreparingRebalance')
  assert.is((await rig.join({ protocols: [] })).answer.error, 'INCONSISTENT_GROUP_PROTOCOL')
  await rig.clock.advance(3000)
  assert.is(rig.state, 'Empty')
})

test('of a group that does not exist nobody can leave', async () => {
  const rig = new GroupRig()
  assert.equal(await rig.leave({ memberId: 'x' }), ['UNKNOWN_MEMBER_ID'])
  assert.equal(await rig.coordinator.leave({ groupId: '', members: [] }), {
    error: 'INVALID_GROUP_ID',
    members: [],
  })
})

test.run()
