import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { defaultParts, type Call } from '../../../src/broker/seams'
import { Apis, errorRow, type Api, type GivenResponseOf, type ReceivedRequestOf } from '../../../src/protocol'
import { GroupRig } from '../groups/group-rig'

const groupId = 'billing'

/** Asks a broker that has just become coordinator and has not read its groups yet. */
async function askLoading<A extends Api>(api: A, request: Partial<ReceivedRequestOf<A>>) {
  const { coordinator } = await withGroup()
  const cluster = { coordinators: { refusal: () => 'COORDINATOR_LOAD_IN_PROGRESS' }, groups: coordinator }
  const call = { version: 4, broker: { id: 1 }, cluster } as unknown as Call
  const handler = defaultParts.handlers.find(({ api: { key } }) => key === api.key)!
  return (await handler.handle(request as ReceivedRequestOf<Api>, call)) as GivenResponseOf<A>
}

async function withGroup(): Promise<GroupRig> {
  const rig = new GroupRig()
  await rig.stable(1)
  return rig
}

const nameOf = (code: number) => errorRow(code).name

test('while a coordinator loads its groups heartbeats are taken, whatever they say', async () => {
  const answer = await askLoading(Apis.Heartbeat, { groupId, memberId: 'x', generationId: 7 })
  assert.is(answer.errorCode, 0)
})

test('while a coordinator loads its groups members have to ask again', async () => {
  const answer = await askLoading(Apis.JoinGroup, { groupId, memberId: '' })
  assert.is(nameOf(answer.errorCode), 'COORDINATOR_LOAD_IN_PROGRESS')
})

test('while a coordinator loads its groups it lists none', async () => {
  const answer = await askLoading(Apis.ListGroups, { statesFilter: [], typesFilter: [] })
  assert.equal([nameOf(answer.errorCode), answer.groups], ['COORDINATOR_LOAD_IN_PROGRESS', []])
})

test.run()
