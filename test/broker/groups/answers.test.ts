import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deadGroup, type ClassicGroup } from '../../../src/broker/groups/classic-group'
import type { GroupEffect, GroupEvent, JoinEvent, SyncEvent } from '../../../src/broker/groups/group-event'
import { defaultGroupRules } from '../../../src/broker/groups/rules'
import { defaultGroupSettings } from '../../../src/broker/groups/settings'
import { consumerOf, GroupRig, memberOf } from './group-rig'

const joinOf = (request: number): JoinEvent => ({
  ...{ type: 'join', request, memberId: '', instanceId: null, newMemberId: `m${request}` },
  ...{ clientId: 'app', clientHost: '/h', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000 },
  ...{ protocolType: 'consumer', protocols: consumerOf(['orders']) },
  ...{ requiresMemberId: false, canSkipAssignment: true },
})

const syncOf = (request: number, memberId: string): SyncEvent => ({
  ...{ type: 'sync', request, memberId, instanceId: null, generationId: 1 },
  ...{ protocolType: null, protocolName: null, assignments: new Map() },
})

/** The group after these events, and what the last of them had as effects. */
function reduced(events: readonly (GroupEvent & { readonly at?: number })[]) {
  let group: ClassicGroup = deadGroup('g')
  let effects: readonly GroupEffect[] = []
  for (const { at = 0, ...event } of events) {
    const reduction = defaultGroupRules(group, event, at, defaultGroupSettings)
    group = reduction.state
    effects = reduction.effects
  }
  return { group, effects }
}

const joined = [joinOf(1), joinOf(2), { type: 'time', at: 3000 }, { type: 'time', at: 6000 }] as const

test('a JoinGroup that is refused says nothing but the error and a member id', async () => {
  const rig = new GroupRig()
  assert.equal((await rig.join({ memberId: 'x' })).answer, {
    error: 'UNKNOWN_MEMBER_ID',
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId: 'x',
    members: [],
  })
})

test('a SyncGroup that is refused says nothing but the error', async () => {
  const rig = new GroupRig()
  const answer = {
    ...{ error: 'UNKNOWN_MEMBER_ID', protocolType: null, protocolName: null },
    assignment: Buffer.alloc(0),
  }
  assert.equal((await rig.sync({ memberId: 'x', instanceId: null, generationId: 1 })).answer, answer)
  const [leader, follower] = await rig.stable(2)
  await rig.join(leader)
  const held = await rig.sync(memberOf((await rig.join(follower)).answer))
  await rig.join({ ...leader!, protocols: consumerOf(['bills']) })
  assert.equal(held.answer, { ...answer, error: 'REBALANCE_IN_PROGRESS' })
})

test('each who waits is answered for itself', () => {
  const { effects } = reduced(joined)
  assert.equal(
    effects.map(effect => (effect.type === 'joined' ? [effect.request, effect.answer.memberId] : effect)),
    [
      [1, 'm1'],
      [2, 'm2'],
    ],
  )
})

test('who will never be answered is forgotten: the SyncGroup of a member that leaves, and what was asked twice', () => {
  const left = reduced([
    ...joined,
    syncOf(3, 'm2'),
    { type: 'leave', request: 4, members: [{ memberId: 'm2', instanceId: null }] },
  ])
  assert.equal(left.effects[0], { type: 'forgotten', request: 3 })
  const twice = reduced([...joined, syncOf(3, 'm2'), syncOf(4, 'm2')])
  assert.equal(twice.effects, [{ type: 'forgotten', request: 3 }])
  const again = { ...joinOf(3), memberId: 'm1', protocols: consumerOf(['bills']) }
  const joinedTwice = reduced([...joined, again, { ...again, request: 4 }])
  assert.equal(joinedTwice.effects, [{ type: 'forgotten', request: 3 }])
})

test('what a coordinator that takes over would find is written when a generation is complete', () => {
  const { group, effects } = reduced([...joined, syncOf(3, 'm1')])
  const written = effects.find(effect => effect.type === 'persist')?.group
  assert.is(group.state, 'Stable')
  assert.equal(
    written?.members.map(({ memberId, subscription }) => [memberId, subscription.length]),
    [
      ['m1', consumerOf(['orders'])[0]!.metadata.length],
      ['m2', consumerOf(['orders'])[0]!.metadata.length],
    ],
  )
  assert.equal([written!.generationId, written!.protocolName, written!.leader], [1, 'range', 'm1'])
})

test.run()
