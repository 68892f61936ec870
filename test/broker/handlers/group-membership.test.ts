import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow, type ErrorName } from '../../../src/protocol'
import { consumerOf } from '../groups/group-rig'
import { Asker, groupId } from './asker'

const nameOf = (code: number) => errorRow(code).name as ErrorName
const joinBody = {
  ...{ groupId, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, memberId: '' },
  ...{ protocolType: 'consumer', protocols: consumerOf(['orders']) },
}

async function join(asker: Asker, version: number) {
  const first = await asker.ask(Apis.JoinGroup, version, joinBody)
  if (version < 4) return first
  assert.is(nameOf(first.errorCode), 'MEMBER_ID_REQUIRED')
  return asker.ask(Apis.JoinGroup, version, { ...joinBody, memberId: first.memberId })
}

function syncBody({ memberId, generationId }: { memberId: string; generationId: number }, version: number) {
  const assignments = [{ memberId, assignment: Buffer.from('all') }]
  const protocol = version < 5 ? {} : { protocolType: 'consumer', protocolName: 'range' }
  return { groupId, memberId, generationId, assignments, ...protocol }
}

const leaveBody = (memberId: string, version: number) =>
  version < 3 ? { groupId, memberId, members: [] } : { groupId, members: [{ memberId }] }

for (const [versions, last] of [
  ['4.3', { join: 9, sync: 5, heartbeat: 4, leave: 5 }],
  ['2.8', { join: 7, sync: 5, heartbeat: 4, leave: 4 }],
] as const)
  test(`a member of Kafka ${versions} comes, stays and goes in every version`, async () => {
    const asker = await Asker.start({ versions })
    for (let version = 0; version <= last.join; version++) {
      const joined = await join(asker, version)
      assert.is(joined.errorCode, 0)
      assert.is(joined.protocolName, 'range')
      assert.is(joined.protocolType, version < 7 ? null : 'consumer')
      const { memberId } = joined
      const syncVersion = Math.min(version, last.sync)
      const synced = await asker.ask(Apis.SyncGroup, syncVersion, syncBody(joined, syncVersion))
      assert.is(synced.assignment.toString(), 'all')
      assert.is(synced.protocolName, syncVersion < 5 ? null : 'range')
      const { generationId } = joined
      const beat = { groupId, memberId, generationId }
      assert.is((await asker.ask(Apis.Heartbeat, Math.min(version, last.heartbeat), beat)).errorCode, 0)
      const leaveVersion = Math.min(version, last.leave)
      const left = await asker.ask(Apis.LeaveGroup, leaveVersion, leaveBody(memberId, leaveVersion))
      assert.equal([left.errorCode, left.members.length], [0, leaveVersion < 3 ? 0 : 1])
    }
    await asker.rig.close()
  })

test('until version 2 a leave that fails says so by the answer itself', async () => {
  const asker = await Asker.start()
  const single = await asker.ask(Apis.LeaveGroup, 2, leaveBody('x', 2))
  assert.is(nameOf(single.errorCode), 'UNKNOWN_MEMBER_ID')
  const several = await asker.ask(Apis.LeaveGroup, 3, leaveBody('x', 3))
  assert.is(several.errorCode, 0)
  assert.is(nameOf(several.members[0]!.errorCode), 'UNKNOWN_MEMBER_ID')
  await asker.rig.close()
})

test('a refusal has no assignor: until version 6 its name is empty, then it is null', async () => {
  const asker = await Asker.start()
  for (const [version, name] of [
    [6, ''],
    [7, null],
  ] as const) {
    const refused = await asker.ask(Apis.JoinGroup, version, { ...joinBody, memberId: 'x' })
    assert.is(nameOf(refused.errorCode), 'UNKNOWN_MEMBER_ID')
    assert.equal([refused.generationId, refused.protocolName, refused.leader], [-1, name, ''])
  }
  await asker.rig.close()
})

test('without a rebalance timeout, in version 0, the session timeout is taken', async () => {
  const asker = await Asker.start()
  await asker.ask(Apis.JoinGroup, 0, { ...joinBody, sessionTimeoutMs: 20_000 })
  const before = asker.rig.clock.now()
  const second = await asker.another().ask(Apis.JoinGroup, 0, { ...joinBody, sessionTimeoutMs: 20_000 })
  assert.is(second.generationId, 2)
  assert.is(Math.round((asker.rig.clock.now() - before) / 1000), 20)
  await asker.rig.close()
})

test('from version 5 on a sync says for which assignor it asks', async () => {
  const asker = await Asker.start()
  const joined = await join(asker, 9)
  const body = { ...syncBody(joined, 5), protocolName: null }
  assert.is(nameOf((await asker.ask(Apis.SyncGroup, 5, body)).errorCode), 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is((await asker.ask(Apis.SyncGroup, 4, syncBody(joined, 4))).errorCode, 0)
  await asker.rig.close()
})

test('another broker than the coordinator sends everybody away, but tells at once what is no group id', async () => {
  const asker = await Asker.start({ brokers: 2 })
  const other = asker.stranger()
  const errors = async (id: string) => [
    (await other.ask(Apis.JoinGroup, 9, { ...joinBody, groupId: id })).errorCode,
    (await other.ask(Apis.SyncGroup, 4, { ...syncBody({ memberId: 'x', generationId: 1 }, 4), groupId: id }))
      .errorCode,
    (await other.ask(Apis.Heartbeat, 4, { groupId: id, memberId: 'x', generationId: 1 })).errorCode,
    (await other.ask(Apis.LeaveGroup, 5, { ...leaveBody('x', 5), groupId: id })).errorCode,
  ]
  assert.equal(
    (await errors(groupId)).map(nameOf),
    Array.from({ length: 4 }, () => 'NOT_COORDINATOR'),
  )
  assert.equal(
    (await errors('')).map(nameOf),
    Array.from({ length: 4 }, () => 'INVALID_GROUP_ID'),
  )
  await asker.rig.close()
})

test('a member whose connection goes while it waits stays a member', async () => {
  const asker = await Asker.start()
  const joined = await join(asker, 9)
  await asker.ask(Apis.SyncGroup, 5, syncBody(joined, 5))
  const gone = asker.another()
  await gone.send(Apis.JoinGroup, 3, joinBody)
  await asker.rig.clock.advance(100)
  asker.rig.kafka.broker(1).cutConnections()
  await asker.rig.clock.advance(100)
  assert.is(asker.rig.kafka.group(groupId)!.members.length, 2)
  await asker.rig.close()
})

test.run()
