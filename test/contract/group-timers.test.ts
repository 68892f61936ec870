import * as assert from 'uvu/assert'
import { contractAlone, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { Group } from '../support/talk/group'
import { subscriptionsIn, type Member } from '../support/talk/member'

const shortSessions = { config: { 'group.min.session.timeout.ms': 1 } }
const delayMs = 1000
/** Long enough for a process that is held up now and then. */
const sessionMs = 1500
const lasting = { rebalanceTimeoutMs: 60_000, sessionTimeoutMs: 60_000 }
const brief = { ...lasting, sessionTimeoutMs: sessionMs }

contractAlone(
  'who sends no heartbeat for a session is put out, and the others rebalance',
  { ...needs('JoinGroup', 9), ...shortSessions },
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader] = await group.stable(1, lasting)
    const mortal = group.member(brief)
    await mortal.nameItself()
    const joining = mortal.join()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    await Promise.all([leader!.join(), joining])
    await Promise.all([leader!.sync(), mortal.sync()])
    // Heartbeats keep it alive, longer than a session.
    let lastSentAt = performance.now()
    for (const began = lastSentAt; lastSentAt - began < sessionMs + 200; lastSentAt = performance.now())
      assert.is(await mortal.heartbeat(), 'NONE')
    lastSentAt = performance.now()
    await mortal.heartbeat()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const silentMs = performance.now() - lastSentAt
    assert.ok(silentMs > sessionMs - 20 && silentMs < sessionMs + 5000, `put out after ${silentMs} ms`)
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
    const namedAt = performance.now()
    await named.nameItself()
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
    const away = group.member({ ...brief, instanceId: 'away' })
    const joining = away.join()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    await Promise.all([leader!.join(), joining])
    const syncedAt = performance.now()
    await Promise.all([leader!.sync(), away.sync()])
    away.vanish()
    const answer = await leader!.join()
    assert.ok(performance.now() - syncedAt > sessionMs - 20)
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
    const patient = group.member(brief)
    const joining = patient.enter()
    const began = performance.now()
    while (performance.now() - began < sessionMs + 200) await leader!.heartbeat()
    await Promise.all([leader!.join(), joining])
    assert.is(await patient.heartbeat(), 'NONE')
  }),
)

contractAlone(
  'the first rebalance of a group waits for others, once more when somebody came and the rebalance timeout allows',
  { ...needs('JoinGroup', 9), config: { 'group.initial.rebalance.delay.ms': delayMs } },
  talking(async (talk, context) => {
    const over: string[] = []
    const membersOf = async (count: number, rebalanceTimeoutMs: number) => {
      const group = await Group.of(talk, context)
      return Array.from({ length: count }, () => group.member({ ...lasting, rebalanceTimeoutMs }))
    }
    const alone = await membersOf(1, 60_000)
    const together = await membersOf(2, 60_000)
    const hurried = await membersOf(2, 100)
    // Nobody comes too late for having been sent away for an id first.
    for (const member of [alone, together, hurried].flat()) await member.nameItself()
    const began = performance.now()
    const wait = async (name: string, members: readonly Member[]) => {
      const answers = await Promise.all(members.map(member => member.join()))
      assert.ok(answers.every(({ generationId }) => generationId === 1))
      over.push(name)
      return (performance.now() - began) / delayMs
    }
    const delays = await Promise.all([
      wait('together', together),
      wait('alone', alone),
      wait('hurried', hurried),
    ])
    assert.ok(delays[0] > 1.98 && delays[1] > 0.98 && delays[2] > 0.98, `waited ${delays.join()} delays`)
    assert.is(over.at(-1), 'together')
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
