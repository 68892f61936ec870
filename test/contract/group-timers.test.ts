import * as assert from 'uvu/assert'
import { contractAlone, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { Group } from '../support/talk/group'
import { subscriptionsIn } from '../support/talk/member'

const shortSessions = { config: { 'group.min.session.timeout.ms': 1 } }
const lasting = { rebalanceTimeoutMs: 60_000, sessionTimeoutMs: 60_000 }

contractAlone(
  'who sends no heartbeat for a session is put out, and the others rebalance',
  { ...needs('JoinGroup', 9), ...shortSessions },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await group.stable(1, lasting)
    const mortal = group.member({ ...lasting, sessionTimeoutMs: 400 })
    await mortal.nameItself()
    const joining = mortal.join()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    await Promise.all([leader!.join(), joining])
    await Promise.all([leader!.sync(), mortal.sync()])
    // Heartbeats keep it alive, longer than a session.
    for (const began = performance.now(); performance.now() - began < 600;)
      assert.is(await mortal.heartbeat(), 'NONE')
    const silentSince = performance.now()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const silentMs = performance.now() - silentSince
    assert.ok(silentMs > 250 && silentMs < 2000, `put out after ${silentMs} ms`)
    assert.is(await mortal.heartbeat(), 'UNKNOWN_MEMBER_ID')
    const answer = await leader!.join()
    assert.equal([...subscriptionsIn(answer).keys()], [leader!.memberId])
  }),
)

contractAlone(
  'an id that nobody joins with is forgotten after a session, and then no rebalance waits for it',
  { ...needs('JoinGroup', 9), ...shortSessions },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [first] = await group.stable(1, lasting)
    const named = group.member({ ...lasting, sessionTimeoutMs: 400 })
    await named.nameItself()
    const namedAt = performance.now()
    const answer = await first!.join()
    assert.ok(performance.now() - namedAt > 380)
    assert.is(answer.generationId, 2)
    assert.is(errorName(await named.join()), 'UNKNOWN_MEMBER_ID')
  }),
)

contractAlone(
  'a static member that is away stays a member until its session is over, even in a rebalance',
  { ...needs('JoinGroup', 9), ...shortSessions },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await group.stable(1, lasting)
    const away = group.member({ ...lasting, instanceId: 'away', sessionTimeoutMs: 600 })
    const joining = away.join()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    await Promise.all([leader!.join(), joining])
    await Promise.all([leader!.sync(), away.sync()])
    const syncedAt = performance.now()
    away.vanish()
    const answer = await leader!.join()
    assert.ok(performance.now() - syncedAt > 580)
    assert.is(answer.generationId, 3)
    assert.is(answer.members.length, 1)
  }),
)

contractAlone(
  'while a join is held its member needs no heartbeats',
  { ...needs('JoinGroup', 9), ...shortSessions },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await group.stable(1, lasting)
    const patient = group.member({ ...lasting, sessionTimeoutMs: 100 })
    const joining = patient.enter()
    const began = performance.now()
    while (performance.now() - began < 500) await leader!.heartbeat()
    await Promise.all([leader!.join(), joining])
    assert.is(await patient.heartbeat(), 'NONE')
  }),
)

contractAlone(
  'the first rebalance of a group waits for others, once more when somebody came and the rebalance timeout allows',
  { ...needs('JoinGroup', 9), config: { 'group.initial.rebalance.delay.ms': 500 } },
  talking(async (talk, context) => {
    const waits = async (options: { readonly rebalanceTimeoutMs: number; readonly members: number }) => {
      const group = await Group.of(talk, context)
      const members = Array.from({ length: options.members }, () => group.member(options))
      const began = performance.now()
      const answers = await Promise.all(members.map(member => member.enter()))
      assert.ok(answers.every(({ generationId }) => generationId === 1))
      return (performance.now() - began) / 500
    }
    const [alone, together, hurried] = await Promise.all([
      waits({ rebalanceTimeoutMs: 60_000, members: 1 }),
      waits({ rebalanceTimeoutMs: 60_000, members: 2 }),
      waits({ rebalanceTimeoutMs: 100, members: 2 }),
    ])
    assert.ok(alone > 0.98 && alone < 1.9, `waited ${alone} delays`)
    assert.ok(together > 1.98 && together < 2.9, `waited ${together} delays`)
    assert.ok(hurried > 0.98 && hurried < 1.9, `waited ${hurried} delays`)
  }),
)

contractAlone(
  'a group takes no more members than the broker allows',
  { ...needs('JoinGroup', 9), config: { 'group.max.size': 2 } },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    const answer = await group.member().enter()
    assert.is(errorName(answer), 'GROUP_MAX_SIZE_REACHED')
    assert.is(await leader!.heartbeat(), 'NONE')
    assert.is(await follower!.leave(), 'NONE')
    assert.is(await leader!.heartbeat(), 'REBALANCE_IN_PROGRESS')
  }),
)

runContract()
