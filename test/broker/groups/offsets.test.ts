import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { consumerOf, groupId, GroupRig } from './group-rig'

const orders = { topic: 'orders', partition: 0 }
const minute = 60_000

test('what is committed can be fetched, with its leader epoch, metadata and time', async () => {
  const rig = new GroupRig()
  assert.is(await rig.commit({}, { partition: 3, offset: 2n ** 62n, metadata: null }), 'NONE')
  const [stored, none] = rig.coordinator.fetchOffsets(groupId, [{ topic: 'orders', partition: 3 }, orders])
  assert.equal(stored, {
    ...{ offset: 2n ** 62n, leaderEpoch: 2, metadata: '' },
    committedAt: rig.clock.now(),
    expiresAt: null,
  })
  assert.is(none, undefined)
})

test('all offsets of a group are listed, and those of others are not', async () => {
  const rig = new GroupRig()
  await rig.commit()
  await rig.commit({}, { topic: 'bills', partition: 1, offset: 9n })
  await rig.commit({}, { offset: 6n })
  const all = rig.coordinator.fetchAllOffsets(groupId)
  assert.equal(
    all.map(({ topic, partition, offset }) => [topic, partition, offset]),
    [
      ['orders', 0, 6n],
      ['bills', 1, 9n],
    ],
  )
  assert.equal(rig.coordinator.fetchAllOffsets('other'), [])
})

test('metadata that is too long is refused for its partition alone', async () => {
  const rig = new GroupRig({ offsetMetadataMaxBytes: 10 })
  const to = (metadata: string, partition: number) => ({ ...orders, partition, metadata, committedAt: null })
  const errors = await rig.coordinator.commit({
    ...{ groupId, memberId: '', instanceId: null, generationId: -1, knowsGroupIdNotFound: true },
    offsets: [
      { ...to('x'.repeat(11), 0), offset: 1n, leaderEpoch: -1 },
      { ...to('x'.repeat(10), 1), offset: 1n, leaderEpoch: -1 },
    ],
    retentionMs: null,
  })
  assert.equal(errors, ['OFFSET_METADATA_TOO_LARGE', 'NONE'])
  assert.equal(
    rig.group!.offsets.map(({ partition }) => partition),
    [1],
  )
})

test('a commit without membership makes a group without members', async () => {
  const rig = new GroupRig()
  await rig.commit()
  assert.is(rig.state, 'Empty')
  assert.is(rig.group!.protocolType, null)
})

test('while a group has members only they commit, in their generation', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  assert.is(await rig.commit(), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.commit({ ...member!, generationId: -1 }), 'ILLEGAL_GENERATION')
  assert.is(await rig.commit({ ...member!, generationId: 2 }), 'ILLEGAL_GENERATION')
  assert.is(await rig.commit({ memberId: 'x', generationId: 1 }), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.commit(member), 'NONE')
  await rig.leave(member!)
  assert.is(await rig.commit(member), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.commit({ generationId: 0 }), 'UNKNOWN_MEMBER_ID')
  assert.is(await rig.commit(), 'NONE')
})

test('whoever names a static member is taken at its word, generation or not', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1, {}, true)
  assert.is(await rig.commit({ instanceId: 'i0' }), 'FENCED_INSTANCE_ID')
  assert.is(await rig.commit({ memberId: member!.memberId, instanceId: 'i0' }), 'ILLEGAL_GENERATION')
  assert.is(await rig.commit({ generationId: 0 }), 'UNKNOWN_MEMBER_ID')
})

test('a generation of a group that does not exist is told by the word that the client knows', async () => {
  const rig = new GroupRig()
  const member = { memberId: 'x', generationId: 1 }
  assert.is(await rig.commit(member), 'GROUP_ID_NOT_FOUND')
  assert.is(await rig.commit({ ...member, generationId: 0 }), 'GROUP_ID_NOT_FOUND')
  assert.is(await rig.commit({ ...member, knowsGroupIdNotFound: false } as object), 'ILLEGAL_GENERATION')
  assert.is(rig.group, undefined)
})

test('offsets are deleted one by one', async () => {
  const rig = new GroupRig()
  await rig.commit()
  await rig.commit({}, { partition: 1 })
  const deleted = await rig.coordinator.deleteOffsets(groupId, [orders, { ...orders, partition: 7 }])
  assert.equal(deleted, { error: 'NONE', partitions: ['NONE', 'NONE'] })
  assert.equal(
    rig.group!.offsets.map(({ partition }) => partition),
    [1],
  )
})

test('offsets of topics that members use are not deleted', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  await rig.commit(member)
  await rig.commit(member, { topic: 'bills' })
  const bills = { topic: 'bills', partition: 0 }
  const deleted = await rig.coordinator.deleteOffsets(groupId, [orders, bills])
  assert.equal(deleted.partitions, ['GROUP_SUBSCRIBED_TO_TOPIC', 'NONE'])
  assert.equal(
    rig.group!.offsets.map(({ topic }) => topic),
    ['orders'],
  )
})

test('where it cannot be known which topics members use, none of their offsets is deleted', async () => {
  const unreadable = new GroupRig()
  await unreadable.stable(1, { protocols: [{ name: 'own', metadata: Buffer.from('zz') }] })
  const refused = await unreadable.coordinator.deleteOffsets(groupId, [orders])
  assert.equal(refused.partitions, ['GROUP_SUBSCRIBED_TO_TOPIC'])
  const otherType = new GroupRig()
  await otherType.stable(1, { protocolType: 'connect' })
  assert.is((await otherType.coordinator.deleteOffsets(groupId, [orders])).error, 'NON_EMPTY_GROUP')
  const none = new GroupRig()
  assert.is((await none.coordinator.deleteOffsets(groupId, [orders])).error, 'GROUP_ID_NOT_FOUND')
  assert.is((await none.coordinator.deleteOffsets('', [orders])).error, 'INVALID_GROUP_ID')
})

test('offsets of a group without members expire, and the group with the last of them', async () => {
  const rig = new GroupRig({ offsetsRetentionMs: 30 * minute })
  await rig.commit()
  await rig.clock.advance(20 * minute)
  await rig.commit({}, { partition: 1 })
  await rig.clock.advance(10 * minute)
  assert.equal(
    rig.group!.offsets.map(({ partition }) => partition),
    [1],
  )
  await rig.clock.advance(20 * minute)
  assert.is(rig.group, undefined)
  await rig.clock.advance(10 * minute)
  assert.is(rig.clock.pending, 0)
})

test('offsets of a group that had members expire by when the last of them went', async () => {
  const rig = new GroupRig({ offsetsRetentionMs: 30 * minute })
  const [member] = await rig.stable(1, { sessionTimeoutMs: 25 * minute })
  await rig.commit(member)
  await rig.clock.advance(24 * minute)
  await rig.leave(member!)
  await rig.clock.advance(20 * minute)
  assert.is(rig.group!.offsets.length, 1)
  await rig.clock.advance(20 * minute)
  assert.is(rig.group, undefined)
})

test('offsets that a Stable group does not use any more expire by their commit', async () => {
  const rig = new GroupRig({ offsetsRetentionMs: 15 * minute, newMemberTimeoutMs: 1e9 })
  const [member] = await rig.stable(1, { sessionTimeoutMs: 30 * minute })
  await rig.commit(member)
  await rig.commit(member, { topic: 'bills' })
  await rig.clock.advance(20 * minute)
  assert.equal(
    rig.group!.offsets.map(({ topic }) => topic),
    ['orders'],
  )
})

test('offsets of a group with members stay where it is not sure what they use', async () => {
  const otherType = new GroupRig({ offsetsRetentionMs: 15 * minute })
  const [worker] = await otherType.stable(1, { protocolType: 'connect', sessionTimeoutMs: 30 * minute })
  await otherType.commit(worker)
  await otherType.clock.advance(20 * minute)
  assert.is(otherType.group!.offsets.length, 1)
  const inRebalance = new GroupRig({ offsetsRetentionMs: 15 * minute })
  const asked = { sessionTimeoutMs: 30 * minute, rebalanceTimeoutMs: 30 * minute }
  const [leader] = await inRebalance.stable(2, asked)
  await inRebalance.commit(leader, { topic: 'bills' })
  await inRebalance.join({ ...leader!, ...asked })
  await inRebalance.clock.advance(20 * minute)
  assert.is(inRebalance.state, 'PreparingRebalance')
  assert.is(inRebalance.group!.offsets.length, 1)
})

test('a commit may say for how long it is to be kept', async () => {
  const rig = new GroupRig()
  await rig.commit({}, {}, 15 * minute)
  await rig.clock.advance(10 * minute)
  assert.is(rig.group!.offsets.length, 1)
  await rig.clock.advance(10 * minute)
  assert.is(rig.group, undefined)
})

test('a topic that is deleted takes its offsets with it', async () => {
  const rig = new GroupRig()
  await rig.commit()
  await rig.commit({}, { topic: 'bills' })
  rig.coordinator.forgetTopic('orders')
  assert.equal(
    rig.group!.offsets.map(({ topic }) => topic),
    ['bills'],
  )
})

test('what ZooKeeper keeps is no group', () => {
  const rig = new GroupRig()
  const committed = { offset: 1n, leaderEpoch: -1, metadata: '', committedAt: 0, expiresAt: null }
  rig.coordinator.zooKeeperOffsets(groupId).set(orders, committed)
  assert.equal(rig.coordinator.zooKeeperOffsets(groupId).get(orders), committed)
  assert.equal(rig.coordinator.fetchAllOffsets(groupId), [])
  assert.equal(rig.coordinator.list(), [])
})

test('members of several topics use all of them', async () => {
  const rig = new GroupRig()
  await rig.stable(1, { protocols: consumerOf(['orders', 'bills']) })
  const bills = { topic: 'bills', partition: 0 }
  const { partitions } = await rig.coordinator.deleteOffsets(groupId, [orders, bills])
  assert.equal(partitions, ['GROUP_SUBSCRIBED_TO_TOPIC', 'GROUP_SUBSCRIBED_TO_TOPIC'])
})

test.run()
