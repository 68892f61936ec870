import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith, closeConnection, delayAnswer, dropAnswer } from '../../src/broker'
import { Apis, brokerError, errorCode } from '../../src/protocol'
import { groupId, GroupRig } from './group-rig'

const { Heartbeat, JoinGroup, LeaveGroup, SyncGroup } = Apis

test('the coordinator moves: everybody keeps what it has', async () => {
  const rig = await GroupRig.start({ kafka: { brokers: 3 } })
  const members = await rig.stable(3)
  for (const to of [1, 2, 3]) {
    rig.kafka.moveCoordinator(groupId, to)
    await rig.clock.advance(60_000)
  }
  assert.equal(
    members.map(member => member.of('revoking').length),
    [0, 0, 0],
  )
  assert.equal(
    members.map(member => member.of('lost').length),
    [0, 0, 0],
  )
  assert.equal(rig.ownership.shares, { a: 4, b: 4, c: 4 })
  await rig.end()
})

test('the coordinator dies: everybody keeps what it has, and who comes later gets its share', async () => {
  const rig = await GroupRig.start({ kafka: { brokers: 3 } })
  const members = await rig.stable(2)
  const coordinator =
    rig.kafka.requests.of(Heartbeat).at(-1)?.broker ?? rig.kafka.requests.of(SyncGroup)[0]!.broker
  await rig.clock.outcomeOf(rig.kafka.broker(coordinator).kill())
  await rig.clock.advance(60_000)
  assert.equal(
    members.map(member => member.of('lost').length),
    [0, 0],
  )
  rig.join()
  await rig.shared({ a: 4, b: 4, c: 4 })
  await rig.end()
})

test('the only broker is away for less than a session: nothing changes', async () => {
  const rig = await GroupRig.start()
  const members = await rig.stable(2)
  await rig.clock.outcomeOf(rig.kafka.broker(1).stop())
  await rig.clock.advance(20_000)
  await rig.clock.outcomeOf(rig.kafka.broker(1).start())
  await rig.clock.advance(60_000)
  assert.equal(
    members.map(member => member.of('lost').length),
    [0, 0],
  )
  assert.equal(rig.ownership.shares, { a: 6, b: 6 })
  await rig.end()
})

test('answers to heartbeats are lost for a while: nothing changes', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(2)
  const before = a!.of('group-retry').length
  rig.kafka.faults.on(Heartbeat, dropAnswer(), { times: 2, when: ({ clientId }) => clientId === 'a' })
  await rig.clock.advance(60_000)
  assert.is(a!.of('group-retry').length - before, 2)
  assert.is(a!.of('lost').length, 0)
  assert.equal(rig.ownership.shares, { a: 6, b: 6 })
  await rig.end()
})

test('no heartbeat arrives for a session: partitions are lost before the others get them, without a drain', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(2)
  await rig.clock.advance(10_000)
  const drop = { when: ({ clientId }: { clientId: string | null }) => clientId === 'a' }
  const faults = [Heartbeat, JoinGroup].map(api => rig.kafka.faults.on(api, closeConnection(), drop))
  const revoked = a!.of('revoking').length
  await rig.shared({ b: 12 }, 60_000)
  assert.is(a!.of('lost').length, 1)
  assert.is(a!.of('revoking').length, revoked)
  for (const fault of faults) fault.remove()
  await rig.shared({ a: 6, b: 6 }, 60_000)
  await rig.end()
})

test('who was put out while its process stood still drops what it had when it goes on, and joins again', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(2)
  const before = a!.membership.identity!
  rig.ownership.absent.add('a')
  a!.clock.pause()
  await rig.shared({ b: 12 }, 60_000)
  const revoked = a!.of('revoking').length
  a!.clock.resume()
  await rig.until(() => a!.of('lost').length > 0, 1000)
  rig.ownership.absent.delete('a')
  assert.is(a!.of('revoking').length, revoked)
  await rig.shared({ a: 6, b: 6 }, 30_000)
  const { memberId, generationId } = before
  const late = a!.client.sendOffsetCommitRequest(groupId, [{ topic: 'orders', partition: 0, offset: 1 }], {
    memberId,
    generationId,
    failOnError: false,
  })
  const [answer] = await rig.clock.outcomeOf(late)
  assert.match(answer!.error!.message, 'UNKNOWN_MEMBER_ID')
  await rig.end()
})

for (const [error, keepsId] of [
  ['UNKNOWN_MEMBER_ID', false],
  ['ILLEGAL_GENERATION', true],
] as const)
  test(`a heartbeat answered ${error}: all is lost, and it joins again ${keepsId ? 'under its id' : 'as a newcomer'}`, async () => {
    const rig = await GroupRig.start()
    const [a] = await rig.stable(1)
    const { memberId } = a!.membership.identity!
    const count = rig.kafka.requests.of(JoinGroup).length
    rig.kafka.faults.once(Heartbeat, answerWith(error))
    await rig.until(() => a!.of('lost').length > 0)
    await rig.shared({ a: 12 })
    assert.is(a!.of('revoking').length, 0)
    assert.is(rig.kafka.requests.of(JoinGroup)[count]!.body.memberId, keepsId ? memberId : '')
    await rig.end()
  })

test('a refusal of what came under an identity that is over changes nothing, one of now is heeded at once', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(1)
  const before = a!.membership.identity!
  rig.join()
  await rig.shared({ a: 6, b: 6 })
  const error = brokerError(errorCode('ILLEGAL_GENERATION'), 'commit')
  a!.membership.refused(error, before)
  a!.membership.refused(error, {})
  assert.is(a!.membership.phase, 'stable')
  a!.membership.refused(error, a!.membership.identity!)
  assert.is(a!.of('lost').length, 1)
  assert.is(a!.membership.phase, 'joining')
  await rig.shared({ a: 6, b: 6 })
  await rig.end()
})

test('a drain that takes longer than the group would wait ends as lost, before the others go on', async () => {
  const rig = await GroupRig.start()
  const a = rig.join({ drainMs: 100_000, rebalanceTimeoutMs: 20_000 })
  await rig.shared({ a: 12 })
  const { memberId } = a.membership.identity!
  rig.join({ rebalanceTimeoutMs: 20_000 })
  await rig.shared({ a: 6, b: 6 }, 25_000)
  assert.is(a.of('lost').length, 1)
  assert.is(a.of('revoked').length, 0)
  assert.is(a.membership.identity!.memberId, memberId)
  a.drainMs = 0
  await rig.clock.advance(100_000)
  assert.equal(rig.ownership.shares, { a: 6, b: 6 })
  await rig.end()
})

for (const error of [
  'GROUP_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
] as const)
  test(`JoinGroup answered ${error} is a failure`, async () => {
    const rig = await GroupRig.start()
    rig.kafka.faults.on(JoinGroup, answerWith(error))
    const a = rig.join()
    await rig.until(() => a.membership.phase === 'over')
    assert.match(a.failures.map(({ message }) => message).join(), error)
    assert.is(rig.kafka.requests.of(JoinGroup).length, 1)
    await rig.end()
  })

for (const error of ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'] as const)
  test(`JoinGroup answered ${error} is asked again, with pauses that grow`, async () => {
    const rig = await GroupRig.start()
    const fault = rig.kafka.faults.on(JoinGroup, answerWith(error))
    const a = rig.join()
    await rig.clock.advance(20_000)
    fault.remove()
    await rig.shared({ a: 12 })
    const times = rig.kafka.requests.of(JoinGroup).map(({ at }) => at)
    assert.ok(times.length < 35, `${times.length} questions`)
    assert.ok(times[1]! - times[0]! < 200)
    assert.equal(a.failures, [])
    await rig.end()
  })

test('SyncGroup whose answer is lost is asked again, and the group does not rebalance for that', async () => {
  const rig = await GroupRig.start()
  rig.kafka.faults.once(SyncGroup, closeConnection('after'))
  const a = rig.join()
  await rig.shared({ a: 12 })
  assert.is(a.of('joined').length, 1)
  assert.is(rig.kafka.requests.of(SyncGroup).length, 2)
  await rig.end()
})

test('JoinGroup whose answer is lost is asked again under the same id', async () => {
  const rig = await GroupRig.start()
  await rig.stable(1)
  rig.kafka.faults.once(JoinGroup, closeConnection('after'), { when: ({ body }) => body.memberId !== '' })
  rig.join()
  await rig.shared({ a: 6, b: 6 }, 20_000)
  await rig.end()
})

for (const [how, assign, named] of [
  ['answers later', () => Promise.resolve(new Map()), 'it answered a promise'],
  [
    'throws',
    () => {
      throw new RangeError('no idea')
    },
    'no idea',
  ],
] as const)
  test(`an assignor that ${how} is a failure of the leader, and the others go on without it`, async () => {
    const rig = await GroupRig.start()
    const a = rig.join({ assignors: [{ name: 'range', assign: assign as () => never }] })
    await rig.clock.advance(1000)
    const b = rig.join()
    await rig.until(() => a.failures.length > 0)
    assert.is(a.failures[0]!.kind, 'argument')
    assert.match(a.failures[0]!.message, named)
    await rig.shared({ b: 12 }, 20_000)
    assert.equal(b.failures, [])
    await rig.end()
  })

test('an assignor that forgets partitions, or gives one to two members, is a failure that names them', async () => {
  for (const [list, named] of [
    [[], 'orders/0'],
    [
      [
        { topic: 'orders', partition: 0 },
        { topic: 'orders', partition: 0 },
      ],
      'orders/0 to',
    ],
    [[{ topic: 'orders', partition: 12 }], 'orders/12 to'],
  ] as const) {
    const rig = await GroupRig.start()
    const assignor = {
      name: 'mine',
      assign: (members: readonly { memberId: string }[]) => new Map([[members[0]!.memberId, list]]),
    }
    const a = rig.join({ assignors: [assignor] })
    await rig.until(() => a.failures.length > 0)
    assert.match(a.failures[0]!.message, named)
    await rig.end()
  }
})

test('leaving amid the first JoinGroup, amid one that is held, and amid a pause leaves nobody behind', async () => {
  for (const after of [2, 500, 4000, 20_000]) {
    const rig = await GroupRig.start()
    await rig.stable(1, { drainMs: 10_000 })
    const b = rig.join()
    await rig.clock.advance(after)
    await rig.leave(b)
    await rig.shared({ a: 12 }, 20_000)
    await rig.clock.advance(10_000)
    assert.is(rig.kafka.group(groupId)!.members.length, 1, `after ${after} ms`)
    await rig.end()
  }
  const rig = await GroupRig.start()
  rig.kafka.faults.on(JoinGroup, answerWith('COORDINATOR_LOAD_IN_PROGRESS'))
  const a = rig.join()
  await rig.clock.advance(5000)
  await rig.leave(a)
  await rig.end()
})

test('who leaves amid its first JoinGroup says goodbye under the id that it is given, so that nobody waits for it', async () => {
  const rig = await GroupRig.start()
  await rig.stable(1)
  rig.kafka.faults.once(JoinGroup, delayAnswer(500))
  const b = rig.join()
  await rig.until(() => rig.kafka.requests.of(JoinGroup).some(({ clientId }) => clientId === 'b'))
  await rig.leave(b)
  rig.join()
  await rig.shared({ a: 6, c: 6 }, 10_000)
  await rig.end()
})

test('leaving ends within 5 s although nobody answers', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(1)
  rig.kafka.faults.on(LeaveGroup, dropAnswer())
  const start = rig.clock.now()
  await rig.leave(a!)
  assert.ok(rig.clock.now() - start <= 5000)
  await rig.end()
})

test('what a callback throws ends the membership, and the group is left', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(1, { draining: () => Promise.reject(new RangeError('cannot let go')) })
  rig.join()
  await rig.until(() => a!.membership.phase === 'over')
  assert.match(a!.failures[0]!.message, 'cannot let go')
  await rig.shared({ b: 12 }, 20_000)
  await rig.end()
})

test.run()
