import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { consumerOf, groupId, GroupRig, memberOf } from './group-rig'

const protocolsOf = (...names: string[]) => consumerOf(['orders'], ...names)

test('somebody new is given a member id, and is no member before it comes back with it', async () => {
  const rig = new GroupRig()
  const { answer } = await rig.join()
  assert.is(answer.error, 'MEMBER_ID_REQUIRED')
  assert.match(answer.memberId, /^app-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(rig.group?.members, [])
  assert.is(rig.state, 'Empty')
  await rig.join({ memberId: answer.memberId })
  assert.is(rig.state, 'PreparingRebalance')
  assert.equal(
    rig.group?.members.map(({ memberId }) => memberId),
    [answer.memberId],
  )
})

test('before version 4 somebody new is a member at once', async () => {
  const rig = new GroupRig()
  const held = await rig.join({ requiresMemberId: false })
  await rig.clock.advance(3000)
  assert.is(held.answer.error, 'NONE')
  assert.is(held.answer.leader, held.answer.memberId)
})

test('the first member leads, and alone hears what all said', async () => {
  const rig = new GroupRig()
  const [first, second] = [await rig.joinTwice(), await rig.joinTwice({ protocols: consumerOf(['bills']) })]
  await rig.clock.advance(6000)
  const [leader, follower] = [first.answer, second.answer]
  assert.is(leader.generationId, 1)
  assert.is(leader.protocolType, 'consumer')
  assert.is(leader.protocolName, 'range')
  assert.is(leader.leader, leader.memberId)
  assert.equal(leader.members, [
    { memberId: leader.memberId, instanceId: null, metadata: consumerOf(['orders'])[0]!.metadata },
    { memberId: follower.memberId, instanceId: null, metadata: consumerOf(['bills'])[0]!.metadata },
  ])
  assert.is(follower.leader, leader.memberId)
  assert.equal(follower.members, [])
  assert.is(rig.state, 'CompletingRebalance')
})

test('an empty group waits for more members, and on for as long as new ones come', async () => {
  const rig = new GroupRig()
  const first = await rig.joinTwice()
  await rig.clock.advance(2999)
  assert.not(first.isAnswered)
  await rig.joinTwice()
  await rig.clock.advance(2000)
  await rig.joinTwice()
  await rig.clock.advance(1000)
  assert.not(first.isAnswered)
  await rig.clock.advance(2999)
  assert.not(first.isAnswered)
  await rig.clock.advance(2)
  assert.is(first.answer.members.length, 3)
})

test('nobody new after the first member: the wait is the initial delay', async () => {
  const rig = new GroupRig({ initialRebalanceDelayMs: 500 })
  const first = await rig.joinTwice()
  await rig.clock.advance(499)
  assert.not(first.isAnswered)
  await rig.clock.advance(1)
  assert.is(first.answer.error, 'NONE')
})

test('whoever came to a later rebalance does not stretch the wait of a group that became empty', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  const newcomer = await rig.joinTwice()
  await rig.join(member)
  await rig.leave(member!, newcomer.answer)
  assert.is(rig.state, 'Empty')
  const next = await rig.joinTwice()
  await rig.clock.advance(3000)
  assert.is(next.answer.error, 'NONE')
})

test('the wait of an empty group ends with the rebalance timeout, however many come', async () => {
  const rig = new GroupRig()
  const first = await rig.joinTwice({ rebalanceTimeoutMs: 7000 })
  for (let i = 0; i < 7; i++) {
    assert.not(first.isAnswered)
    await rig.clock.advance(1000)
    await rig.joinTwice({ rebalanceTimeoutMs: 7000 })
  }
  assert.is(first.answer.members.length, 7)
})

test('a group id, and a session timeout between the limits, are asked for', async () => {
  const rig = new GroupRig({ minSessionTimeoutMs: 6000, maxSessionTimeoutMs: 30_000 })
  const errorOf = async (asked: object) => (await rig.join(asked)).answer.error
  assert.is(await errorOf({ groupId: '' }), 'INVALID_GROUP_ID')
  assert.is(await errorOf({ sessionTimeoutMs: 5999 }), 'INVALID_SESSION_TIMEOUT')
  assert.is(await errorOf({ sessionTimeoutMs: 30_001 }), 'INVALID_SESSION_TIMEOUT')
  assert.is(rig.group, undefined)
  assert.is(await errorOf({ sessionTimeoutMs: 30_000 }), 'MEMBER_ID_REQUIRED')
})

test('a member id that the group did not give is unknown', async () => {
  const rig = new GroupRig()
  const stranger = await rig.join({ memberId: 'app-1' })
  assert.is(stranger.answer.error, 'UNKNOWN_MEMBER_ID')
  assert.is(stranger.answer.memberId, 'app-1')
  assert.is(rig.group, undefined)
  await rig.stable(1)
  assert.is((await rig.join({ memberId: 'app-1' })).answer.error, 'UNKNOWN_MEMBER_ID')
})

test('whoever has no assignor in common with all members is refused', async () => {
  const rig = new GroupRig()
  await rig.stable(1, { protocols: protocolsOf('range', 'sticky') })
  const errorOf = async (asked: object) => (await rig.join(asked)).answer.error
  assert.is(await errorOf({ protocols: protocolsOf('roundrobin') }), 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is(await errorOf({ protocolType: 'connect' }), 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is(await errorOf({ protocols: [] }), 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is(await errorOf({ protocols: protocolsOf('x', 'sticky') }), 'MEMBER_ID_REQUIRED')
})

test('an empty group takes members of any type, but not of none', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  await rig.leave(member!)
  const errorOf = async (asked: object) => (await rig.join(asked)).answer.error
  assert.is(await errorOf({ protocolType: '' }), 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is(await errorOf({ protocols: [] }), 'INCONSISTENT_GROUP_PROTOCOL')
  const other = await rig.joinTwice({ protocolType: 'connect', protocols: protocolsOf('eager') })
  await rig.clock.advance(3000)
  assert.is(other.answer.protocolType, 'connect')
  assert.is(other.answer.generationId, 3)
})

test('a group takes no more than its greatest number of members', async () => {
  const rig = new GroupRig({ maxSize: 2 })
  const members = await rig.stable(2)
  const refused = await rig.join()
  assert.is(refused.answer.error, 'GROUP_MAX_SIZE_REACHED')
  assert.is(refused.answer.memberId, '')
  assert.is((await rig.join(members[1])).answer.error, 'NONE')
})

test('in a rebalance there is room for as many as wait, whoever they are', async () => {
  const rig = new GroupRig({ maxSize: 2 })
  const [leader, late] = await rig.stable(2)
  const back = await rig.join(leader)
  const fresh = await rig.join({ requiresMemberId: false })
  assert.not(fresh.isAnswered)
  const out = await rig.join(late)
  assert.is(out.answer.error, 'GROUP_MAX_SIZE_REACHED')
  assert.not.ok(rig.group!.members.some(({ memberId }) => memberId === late!.memberId))
  await rig.clock.advance(60_000)
  assert.is(back.answer.generationId, 2)
  assert.is(fresh.answer.generationId, 2)
})

test('a static name with a pending member id is a defect of the client, and answered as Kafka does', async () => {
  const rig = new GroupRig()
  const memberId = await rig.newMemberId()
  assert.is((await rig.join({ memberId, instanceId: 'i0' })).answer.error, 'UNKNOWN_SERVER_ERROR')
})

test('of two requests of one member the second is answered, the first never', async () => {
  const rig = new GroupRig()
  const [leader, follower] = await rig.stable(2)
  const [first, second] = [await rig.join(leader), await rig.join(leader)]
  await rig.join(follower)
  await rig.clock.advance(1000)
  assert.not(first.isAnswered)
  assert.is(second.answer.generationId, 2)
})

test('member ids differ, and groups do not know each other', async () => {
  const rig = new GroupRig()
  const ids = [await rig.newMemberId(), await rig.newMemberId()]
  assert.is.not(ids[0], ids[1])
  const elsewhere = await rig.join({ groupId: 'other', memberId: ids[0]! })
  assert.is(elsewhere.answer.error, 'UNKNOWN_MEMBER_ID')
  assert.equal(
    rig.coordinator.list().map(group => group.groupId),
    [groupId],
  )
  const joined = await rig.join({ memberId: ids[0]! })
  await rig.clock.advance(3000)
  assert.is(memberOf(joined.answer).memberId, ids[0])
})

test.run()
