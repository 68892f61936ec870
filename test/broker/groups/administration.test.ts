import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { consumerOf, groupId, GroupRig } from './group-rig'

test('a Stable group is described with its assignor, subscriptions and assignments', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  assert.equal(rig.coordinator.describe(groupId), {
    state: 'Stable',
    protocolType: 'consumer',
    protocolName: 'range',
    members: [
      {
        ...{ memberId: member!.memberId, instanceId: null, clientId: 'app', clientHost: '/127.0.0.1' },
        metadata: consumerOf(['orders'])[0]!.metadata,
        assignment: Buffer.from('0'),
      },
    ],
  })
})

test('in a rebalance neither assignor nor subscriptions are shown', async () => {
  const rig = new GroupRig()
  const [leader] = await rig.stable(2)
  await rig.join(leader)
  const { state, protocolName, members } = rig.coordinator.describe(groupId)
  assert.equal([state, protocolName, members.length], ['PreparingRebalance', '', 2])
  assert.is(members[0]!.metadata.length, 0)
  assert.is(members[0]!.assignment.toString(), '0')
})

test('a group that does not exist is Dead', () => {
  const described = { state: 'Dead', protocolType: '', protocolName: '', members: [] }
  assert.equal(new GroupRig().coordinator.describe(groupId), described)
})

test('groups are listed by state and type, whatever the case', async () => {
  const rig = new GroupRig()
  await rig.stable(1)
  await rig.join({ groupId: 'other' })
  const listed = (states: string[], types: string[] = []) =>
    rig.coordinator.list({ states, types }).map(group => group.groupId)
  assert.equal(listed([]), [groupId, 'other'])
  assert.equal(listed(['sTable']), [groupId])
  assert.equal(listed(['Empty ', 'nonsense']), ['other'])
  assert.equal(listed(['nonsense']), [])
  assert.equal(listed([], ['Classic']), [groupId, 'other'])
  assert.equal(listed([], ['consumer']), [])
  assert.equal(listed(['Empty'], ['consumer']), [])
  const [row] = rig.coordinator.list()
  assert.equal(row, { groupId, state: 'Stable', type: 'classic', protocolType: 'consumer' })
})

test('only a group without members is deleted, and its offsets with it', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  await rig.commit(member)
  assert.is(await rig.coordinator.delete(groupId), 'NON_EMPTY_GROUP')
  await rig.leave(member!)
  assert.is(await rig.coordinator.delete(groupId), 'NONE')
  assert.is(rig.group, undefined)
  assert.equal(rig.coordinator.fetchAllOffsets(groupId), [])
  assert.is(await rig.coordinator.delete(groupId), 'GROUP_ID_NOT_FOUND')
})

test('a group that was deleted begins anew', async () => {
  const rig = new GroupRig()
  await rig.commit()
  await rig.coordinator.delete(groupId)
  const [member] = await rig.stable(1)
  assert.is(member!.generationId, 1)
  assert.is(rig.group!.offsets.length, 0)
})

test('a group that had no members for long and has no offsets is cleaned away', async () => {
  const rig = new GroupRig()
  const [member] = await rig.stable(1)
  await rig.leave(member!)
  await rig.clock.advance(599_000 - 3000)
  assert.is(rig.state, 'Empty')
  await rig.clock.advance(4000)
  assert.is(rig.group, undefined)
})

test.run()
