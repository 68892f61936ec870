import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GroupRig, memberOf } from './group-rig'

test('a member that is silent for its session timeout is put out, and the others rebalance', async () => {
  const rig = new GroupRig()
  const [leader, silent] = await rig.stable(2)
  for (let i = 0; i < 3; i++) {
    await rig.clock.advance(3000)
    assert.is(await rig.heartbeat(leader!), 'NONE')
  }
  await rig.clock.advance(999)
  assert.is(rig.state, 'Stable')
  await rig.clock.advance(1)
  assert.is(await rig.heartbeat(leader!), 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.heartbeat(silent!), 'UNKNOWN_MEMBER_ID')
})

test('a commit counts as a heartbeat', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  for (let i = 0; i < 5; i++) {
    await rig.clock.advance(9000)
    assert.is(await rig.commit(member), 'NONE')
  }
  assert.is(rig.state, 'Stable')
})

test('heartbeats that are refused do not count', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  await rig.clock.advance(9000)
  assert.is(await rig.heartbeat({ ...member!, generationId: 9 }), 'ILLEGAL_GENERATION')
  await rig.clock.advance(1000)
  assert.is(rig.state, 'Empty')
})

test('when all have gone the group is Empty, one generation on, and waits for nothing', async () => {
  const rig = new GroupRig({ offsetsRetentionCheckIntervalMs: 1e9 })
  await rig.stable(2)
  await rig.clock.advance(10_000)
  const { state, generationId, members, leader, protocolName } = rig.group!
  assert.equal([state, generationId, members, leader, protocolName], ['Empty', 2, [], null, null])
  // The clean-up of offsets is all that is left.
  assert.is(rig.clock.pending, 1)
})

test('a held JoinGroup vouches for its member', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(2)
  const held = await rig.join(leader)
  // The other one goes by its session, which ends the wait.
  await rig.clock.advance(10_000)
  assert.is(held.answer.generationId, 2)
  assert.is(held.answer.members.length, 1)
})

test('a held SyncGroup vouches for its member, and the assignment begins its session anew', async () => {
  const rig = new GroupRig()
  const joins = [await rig.joinTwice(), await rig.joinTwice({ sessionTimeoutMs: 6000 })]
  await rig.clock.advance(6000)
  const [leader, follower] = joins.map(({ answer }) => memberOf(answer))
  const held = await rig.sync(follower!)
  await rig.clock.advance(9000)
  await rig.sync(leader!, { [follower!.memberId]: 'F' })
  assert.is(held.answer.assignment.toString(), 'F')
  await rig.clock.advance(5999)
  assert.is(rig.state, 'Stable')
  await rig.clock.advance(1)
  assert.is(await rig.heartbeat(leader!), 'REBALANCE_IN_PROGRESS')
  assert.is(await rig.heartbeat(follower!), 'UNKNOWN_MEMBER_ID')
})

test('somebody new whose JoinGroup is held for five minutes is put out', async () => {
  const rig = new GroupRig()
  const [leader, absent] = await rig.stable(2, { sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_000_000 })
  const newcomer = await rig.joinTwice()
  await rig.clock.advance(299_999)
  assert.not(newcomer.isAnswered)
  await rig.clock.advance(1)
  assert.is(newcomer.answer.error, 'UNKNOWN_MEMBER_ID')
  assert.is(newcomer.answer.memberId, '')
  assert.equal(
    rig.group!.members.map(({ memberId }) => memberId),
    [leader!.memberId, absent!.memberId],
  )
})

test('a member id that nobody came back with is forgotten after the session timeout', async () => {
  const rig = new GroupRig()
  const memberId = await rig.newMemberId({ sessionTimeoutMs: 6000 })
  await rig.clock.advance(6000)
  assert.is((await rig.join({ memberId })).answer.error, 'UNKNOWN_MEMBER_ID')
})

test('when the only member of a first rebalance goes by its time, the wait is over', async () => {
  const rig = new GroupRig({ initialRebalanceDelayMs: 400_000 })
  await rig.joinTwice()
  await rig.clock.advance(300_000)
  assert.is(rig.state, 'Empty')
  assert.is(rig.group!.generationId, 1)
})

test('nothing happens once the coordinator has stopped', async () => {
  const rig = new GroupRig()
  const held = await rig.joinTwice()
  rig.coordinator.stop()
  assert.is(rig.clock.pending, 0)
  await rig.clock.advance(10_000)
  assert.not(held.isAnswered)
})

test.run()
