import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { groupId, GroupRig } from './group-rig'

test('1, 2, 3, 2, 1 members: each partition has one owner at all times, and shares are even', async () => {
  const rig = await GroupRig.start()
  const a = rig.join()
  await rig.shared({ a: 12 })
  const b = rig.join()
  await rig.shared({ a: 6, b: 6 })
  rig.join()
  await rig.shared({ a: 4, b: 4, c: 4 })
  await rig.leave(b)
  await rig.shared({ a: 6, c: 6 })
  await rig.leave(a)
  await rig.shared({ c: 12 })
  await rig.end()
})

test('who leaves says so: the others have its partitions long before its session would be over', async () => {
  const rig = await GroupRig.start()
  const [, b] = await rig.stable(3)
  const start = rig.clock.now()
  await rig.leave(b!)
  assert.ok(rig.clock.now() - start < 100, 'leaving takes no more than a few questions')
  await rig.shared({ a: 6, c: 6 }, 5000)
  await rig.end()
})

test('partitions are let go before JoinGroup, while heartbeats go on and commits are taken', async () => {
  const rig = await GroupRig.start()
  const committed: (string | null)[] = []
  const a = rig.join({
    drainMs: 10_000,
    draining: async ({ client, membership }) => {
      const { groupId: group, ...identity } = membership.identity!
      const payloads = [{ topic: 'orders', partition: 0, offset: 7 }]
      const [answer] = await client.sendOffsetCommitRequest(group, payloads, {
        ...identity,
        failOnError: false,
      })
      committed.push(answer!.error && answer!.error.message)
    },
  })
  await rig.shared({ a: 12 })
  rig.join()
  await rig.until(() => a.of('revoking').length > 0)
  const start = rig.clock.now()
  await rig.until(() => a.membership.phase === 'joining')
  assert.equal(committed, [null])
  assert.ok(rig.clock.now() - start >= 10_000)
  const since = rig.kafka.requests.of(Apis.Heartbeat).filter(({ at }) => at > start)
  assert.ok(since.length >= 3, `${since.length} heartbeats`)
  await rig.shared({ a: 6, b: 6 })
  assert.is(a.of('lost').length, 0)
  assert.is(rig.kafka.committed(groupId, 'orders'), 7n)
  await rig.end()
})

test('heartbeats go by the clock, every heartbeatIntervalMs', async () => {
  const rig = await GroupRig.start()
  await rig.stable(1, { heartbeatIntervalMs: 2000 })
  const start = rig.clock.now()
  await rig.clock.advance(60_000)
  const times = rig.kafka.requests
    .of(Apis.Heartbeat)
    .filter(({ at }) => at > start)
    .map(({ at }) => at)
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  assert.ok(
    Math.max(...gaps) <= 2010 && Math.min(...gaps) >= 2000,
    `${Math.min(...gaps)} to ${Math.max(...gaps)}`,
  )
  await rig.end()
})

test('a group of which nobody comes or goes never rebalances', async () => {
  const rig = await GroupRig.start()
  const members = await rig.stable(3)
  const joins = rig.kafka.requests.of(Apis.JoinGroup).length
  await rig.clock.advance(3_600_000)
  assert.is(rig.kafka.requests.of(Apis.JoinGroup).length, joins)
  assert.equal(
    members.map(member => member.of('joined').length),
    [1, 1, 1],
  )
  await rig.end()
})

test('a newcomer is given its id first, and asks without one once', async () => {
  const rig = await GroupRig.start()
  await rig.stable(2)
  const ids = rig.kafka.requests
    .of(Apis.JoinGroup)
    .map(({ body, clientId }) => `${clientId} ${body.memberId}`)
  assert.equal(ids.filter(id => id.endsWith(' ')).sort(), ['a ', 'b '])
  assert.is(new Set(ids).size, 4)
  await rig.end()
})

test('nothing that the coordinator may hold back shares a connection with anything else', async () => {
  const rig = await GroupRig.start()
  await rig.stable(2)
  const held = new Set(
    [Apis.JoinGroup, Apis.SyncGroup].flatMap(api => rig.kafka.requests.of(api).map(({ client }) => client)),
  )
  const others = rig.kafka.requests
    .of()
    .filter(({ api }) => !['ApiVersions', 'JoinGroup', 'SyncGroup'].includes(api.name))
  assert.equal(
    others.filter(({ client }) => held.has(client)).map(({ api }) => api.name),
    [],
  )
  await rig.end()
})

test('members of one client do not wait for each other', async () => {
  const rig = await GroupRig.start()
  const [a] = await rig.stable(1)
  rig.join({ client: a!.client })
  rig.join({ client: a!.client })
  await rig.shared({ a: 4, b: 4, c: 4 }, 10_000)
  await rig.end()
})

test('the group uses an assignor that all members have, whatever else they prefer', async () => {
  const rig = await GroupRig.start()
  rig.join({ assignors: ['roundrobin', 'range'] })
  await rig.shared({ a: 12 })
  rig.join({ assignors: ['range'] })
  await rig.shared({ a: 6, b: 6 })
  const even = [0, 1, 2, 3, 4, 5].map(partition => `orders/${partition}`)
  assert.ok(
    ['a', 'b'].some(name => rig.ownership.of(name).join() === even.join()),
    'halves, as range has them',
  )
  await rig.end()
})

test('a member without an assignor that all have is refused, and the others stay', async () => {
  const rig = await GroupRig.start()
  await rig.stable(1, { assignors: ['range'] })
  const b = rig.join({ assignors: ['roundrobin'] })
  await rig.until(() => b.failures.length > 0)
  assert.match(b.failures[0]!.message, 'INCONSISTENT_GROUP_PROTOCOL')
  assert.is(b.membership.phase, 'over')
  assert.equal(rig.ownership.shares, { a: 12 })
  await rig.end()
})

test('members may subscribe to different topics: each gets of its own only', async () => {
  const topics = { orders: { partitions: 12 }, refunds: { partitions: 2 } }
  const rig = await GroupRig.start({ kafka: { topics } })
  rig.join({ topics: ['orders', 'refunds'] })
  await rig.shared({ a: 14 })
  rig.join({ topics: ['refunds'] })
  await rig.shared({ a: 13, b: 1 })
  assert.ok(rig.ownership.of('b')[0]!.startsWith('refunds/'))
  await rig.end()
})

test('partitions that are added are divided soon after the leader hears of them', async () => {
  const rig = await GroupRig.start({ client: { metadataMaxAgeMs: 20_000 } })
  await rig.stable(2)
  const { client } = rig.members[0]!
  const topics = [{ name: 'orders', count: 14, assignments: null }]
  await rig.clock.outcomeOf(
    client.request(Apis.CreatePartitions, { topics, timeoutMs: 1000, validateOnly: false }),
  )
  await rig.shared({ a: 7, b: 7 }, 30_000)
  assert.is(rig.kafka.requests.of(Apis.SyncGroup).length % 2, 0)
  await rig.end()
})

test('a topic that is not there yet is divided once it is', async () => {
  const rig = await GroupRig.start({ client: { allowAutoTopicCreation: false } })
  const a = rig.join({ topics: ['later'] })
  await rig.until(() => a.membership.phase === 'stable')
  assert.equal(a.of('assigned').at(-1)!.partitions, [])
  await rig.clock.outcomeOf(rig.kafka.createTopic('later', { partitions: 3 }))
  await rig.shared({ a: 3 }, 10_000)
  await rig.end()
})

test('a static member that comes back within its session has its partitions again, and nobody else hears of it', async () => {
  const rig = await GroupRig.start()
  const a = rig.join({ groupInstanceId: 'one' })
  const b = rig.join({ groupInstanceId: 'two' })
  await rig.shared({ a: 6, b: 6 })
  const before = rig.ownership.of('b')
  await rig.leave(b)
  assert.equal(rig.ownership.shares, { a: 6 })
  assert.is(rig.kafka.requests.of(Apis.LeaveGroup).length, 0)
  rig.join({ groupInstanceId: 'two' })
  await rig.shared({ a: 6, c: 6 }, 5000)
  assert.equal(rig.ownership.of('c'), before)
  assert.is(a.of('revoking').length + a.of('lost').length, 0)
  await rig.end()
})

test('of two members with one groupInstanceId the earlier one is fenced: it fails, and loses its partitions', async () => {
  const rig = await GroupRig.start()
  const a = rig.join({ groupInstanceId: 'one' })
  await rig.shared({ a: 12 })
  rig.ownership.absent.add('a')
  rig.join({ groupInstanceId: 'one' })
  await rig.until(() => a.failures.length > 0)
  assert.match(a.failures[0]!.message, 'FENCED_INSTANCE_ID')
  assert.is(a.of('lost').length, 1)
  await rig.shared({ b: 12 })
  await rig.end()
})

test('what commits are stored under is undefined outside of a generation', async () => {
  const rig = await GroupRig.start()
  const a = rig.join()
  assert.is(a.membership.identity, undefined)
  await rig.shared({ a: 12 })
  const { memberId, generationId } = a.of('joined')[0]!
  assert.equal(a.membership.identity, { groupId, memberId, generationId, groupInstanceId: null })
  await rig.leave(a)
  assert.is(a.membership.identity, undefined)
  await rig.end()
})

test.run()
