import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { FailedPayloadsError } from '../../src/kernel'
import { ConnectionError, TimeoutError, type KafkaError } from '../../src/kernel'
import { coreOf, runCall } from '../../src/client'
import type { Deferred } from '../../src/deferred'
import type { Dial, DialTarget } from '../../src/network'
import { Apis, type Api } from '../../src/protocol'
import { ClientRig } from './client-rig'

const orders = (partition: number, ...messages: string[]) => ({ topic: 'orders', partition, messages })
const {
  JoinGroup,
  SyncGroup,
  Heartbeat,
  LeaveGroup,
  Fetch,
  OffsetCommit,
  Produce,
  DescribeConfigs,
  Metadata,
} = Apis

const joining = (groupId: string, rebalanceTimeoutMs = 60_000) => ({
  groupId,
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs,
  memberId: '',
  protocolType: 'consumer',
  protocols: [],
})
const syncing = (groupId: string) => ({ groupId, generationId: 1, memberId: 'm', assignments: [] })
const beating = (groupId: string) => ({ groupId, generationId: 1, memberId: 'm' })
const joined = { errorCode: 0, generationId: 1, protocolName: '', leader: 'm', memberId: 'm', members: [] }

/** On which connections the requests of an API came. */
function connectionsOf(rig: ClientRig, api: Api, broker = 1): readonly number[] {
  return [
    ...new Set(
      rig
        .peer(broker)
        .of(api)
        .map(({ connection }) => connection),
    ),
  ]
}

/** A dial that tells when and where it is used. */
function watched(rig: ClientRig) {
  const dialled: (DialTarget & { readonly at: number })[] = []
  const dial: Dial = (target, handlers) => {
    dialled.push({ ...target, at: rig.clock.now() })
    return rig.network.dial(target, handlers)
  }
  return { dial, dialled }
}

test('nothing is dialled before the first call', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  const deferred = client.sendProduceRequest([orders(0, 'a')])
  await rig.clock.advance(60_000)
  assert.is(rig.peer(1).wires.length, 0)
  await rig.result(deferred)
  assert.ok(rig.peer(1).wires.length > 0)
})

test('what the broker may hold back shares its connection with nothing else, per group', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  for (const api of [JoinGroup, SyncGroup, Heartbeat, LeaveGroup, Fetch, OffsetCommit])
    rig.peer(1).ignore(api)
  rig.peer(1).answer(DescribeConfigs, { throttleTimeMs: 0, results: [] })
  const calls: readonly Deferred<unknown>[] = [
    client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]),
    client.request(JoinGroup, joining('one')),
    client.request(SyncGroup, syncing('one')),
    client.request(Heartbeat, beating('one')),
    client.request(LeaveGroup, { groupId: 'one', members: [{ memberId: 'm' }] }),
    client.sendOffsetCommitRequest('one', [{ topic: 'orders', partition: 0, offset: 1 }]),
    client.request(JoinGroup, joining('two')),
    client.request(Heartbeat, beating('two')),
    client.request(DescribeConfigs, { resources: [] }, { broker: 1 }),
    client.sendProduceRequest([orders(0, 'a')]),
  ]
  for (const call of calls) call.subscribe({ error: () => undefined })
  await rig.clock.advance(200)
  assert.equal(
    [
      ...new Set(rig.told('connected').map(({ broker, purpose }) => `${broker.split(' ')[0]} ${purpose}`)),
    ].sort(),
    [
      'bootstrap main',
      'broker fetch:client',
      'broker group:one',
      'broker heartbeat:one',
      'broker heartbeat:two',
      'broker join:one',
      'broker join:two',
      'broker main',
    ],
  )
  const alone = [Fetch, JoinGroup, Heartbeat, OffsetCommit, Produce].map(api => connectionsOf(rig, api))
  assert.equal(
    alone.map(connections => connections.length),
    [1, 2, 2, 1, 1],
  )
  assert.is(new Set(alone.flat()).size, 7, 'two of them share a connection')
  assert.ok(connectionsOf(rig, JoinGroup).includes(connectionsOf(rig, SyncGroup)[0]!))
  assert.equal(connectionsOf(rig, LeaveGroup), connectionsOf(rig, OffsetCommit))
  assert.equal(connectionsOf(rig, DescribeConfigs), connectionsOf(rig, Produce))
  assert.is(rig.written.length, 1, 'produce waited for what was held back')
})

test('fetches made by hand have the connection of the low-level fetches', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).answer(Fetch, { responses: [], errorCode: 0, sessionId: 0, throttleTimeMs: 0 })
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 }]
  const body = { maxWaitMs: 0, minBytes: 0, topics: [{ topic: 'orders', partitions }] }
  await rig.result(rig.client().request(Fetch, body))
  assert.is(rig.told('connected').at(-1)!.purpose, 'fetch:client')
  rig.peer(1).answer(Apis.ShareFetch, {
    errorCode: 0,
    throttleTimeMs: 0,
    acquisitionLockTimeoutMs: 0,
    responses: [],
    nodeEndpoints: [],
  })
  const none = {
    topics: [],
    forgottenTopicsData: [],
    maxRecords: 1,
    batchSize: 1,
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1,
  }
  const share = { groupId: 'g', memberId: 'm', shareSessionEpoch: 0, ...none }
  const client = rig.client()
  await rig.result(client.request(Apis.ShareFetch, share))
  assert.is(rig.told('connected').at(-1)!.purpose, 'fetch:client')
})

test('requests of a connection are pipelined, and each gets its own answer', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders(0, 'first')]))
  rig.peer(1).on(Produce, (request, reply) => reply.after(100, rig.produced(1, request)))
  const before = rig.clock.now()
  const calls = ['a', 'b', 'c'].map(value => client.sendProduceRequest([orders(0, value)]))
  const answers = await Promise.all(calls.map(call => rig.result(call)))
  assert.equal(
    answers.map(([answer]) => answer!.offset),
    [1n, 2n, 3n],
  )
  assert.is(rig.clock.now() - before, 100, 'they waited for each other')
  assert.is(connectionsOf(rig, Produce).length, 1)
})

test('calls made one after another reach the broker in that order', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  const values = Array.from({ length: 20 }, (_, i) => `m${i}`)
  const calls = values.map(value => client.sendProduceRequest([orders(0, value)]))
  for (const call of calls) call.subscribe({ error: assert.unreachable })
  await rig.clock.advance(50)
  assert.equal(
    rig.written.flatMap(batch => batch.values),
    values,
  )
})

test('a connection without work is closed after connectionsMaxIdleMs, and opened anew for the next call', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ connectionsMaxIdleMs: 5000 })
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  await rig.clock.advance(4_900)
  assert.is(rig.peer(1).closed.length, 0)
  await rig.clock.advance(200)
  assert.is(rig.peer(1).closed.length, 2)
  assert.equal(
    rig.told('disconnected').map(({ reason }) => reason),
    ['idle', 'idle'],
  )
  await rig.result(client.sendProduceRequest([orders(0, 'b')]))
  assert.is(rig.written.length, 2)
})

test('with connectionsMaxIdleMs 0 connections stay open', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ connectionsMaxIdleMs: 0 })
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  await rig.clock.advance(10 * 3600_000)
  assert.is(rig.peer(1).closed.length, 0)
})

test('an idle connection that the broker closes is no failure: the next call opens another', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  for (const wire of rig.peer(1).wires) wire.close()
  await rig.clock.advance(100)
  const before = rig.clock.now()
  await rig.result(client.sendProduceRequest([orders(0, 'b')]))
  assert.is(rig.clock.now(), before, 'there was a pause as after a failure')
  assert.equal(rig.told('connect-failed'), [])
})

test('every connect cycle resolves the name anew and tries every address', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.listed.delete(1)
  const { dial, dialled } = watched(rig)
  const client = rig.client({ dial }, 'kafka:9092')
  rig.network.name('kafka', ['10.0.0.1', '10.0.0.2', 'b1'])
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.peer(1).wires[0]!.close()
  rig.network.refuse('b2:9092')
  rig.network.name('kafka', ['10.0.0.3', 'b1'])
  await rig.clock.advance(1)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.equal(
    dialled.filter(({ host }) => host === 'kafka').map(({ address }) => address),
    ['10.0.0.1', '10.0.0.2', 'b1', '10.0.0.3', 'b1'],
  )
})

test('an IPv6 host in brackets is dialled as it is', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.network.name('::1', ['b1'])
  const { dial, dialled } = watched(rig)
  await rig.result(rig.client({ dial }, '[::1]:9092').loadMetadataForTopics('orders'))
  assert.equal([dialled[0]!.host, dialled[0]!.port, dialled[0]!.address], ['::1', 9092, 'b1'])
})

test('TLS options reach every dial, with the name to verify; false means none', async () => {
  for (const [tls, expected] of [
    [true, {}],
    [{ servername: 'kafka' }, { servername: 'kafka' }],
    [false, undefined],
  ] as const) {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    const { dial, dialled } = watched(rig)
    await rig.result(rig.client({ dial, tls }).sendProduceRequest([orders(0, 'a')]))
    assert.is(dialled.length, 2)
    for (const target of dialled) assert.equal([target.host, target.tls], ['b1', expected])
  }
})

test('mapAddress rewrites what brokers advertise, and not the bootstrap hosts', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const mapped: string[] = []
  rig.network.name('tunnel2', ['b2'])
  const client = rig.client({
    mapAddress: ({ host, port }) => {
      mapped.push(`${host}:${port}`)
      return { host: host.replace('b', 'tunnel'), port }
    },
  })
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  assert.equal([...new Set(mapped)].sort(), ['b1:9092', 'b2:9092'])
  assert.ok(rig.told('connected').some(({ broker }) => broker === 'broker 2 (tunnel2:9092)'))
})

test('a broker that moved is dialled at its new address', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  await rig.addBroker(3)
  rig.listed.delete(3)
  rig.peer(1).on(Metadata, (request, reply) => {
    const answer = rig.metadata(request)
    reply({
      ...answer,
      brokers: answer.brokers.map(node => (node.nodeId === 2 ? { ...node, host: 'b3' } : node)),
    })
  })
  rig.peer(2).on(Metadata, (_, reply) => reply.close())
  rig.peer(3).on(Produce, (request, reply) => reply(rig.produced(2, request)))
  await rig.peer(2).stop()
  await rig.clock.advance(10)
  await rig.result(client.sendProduceRequest([orders(0, 'b')]))
  assert.is(rig.peer(3).of(Produce).length, 1)
})

/** Keeps asking a leader that is not there, and tells when it was dialled. */
async function dialsOf(rig: ClientRig, ms: number, options = {}) {
  const { dial, dialled } = watched(rig)
  const client = rig.client({
    dial,
    retryBackoffMs: 1,
    retryBackoffMaxMs: 1,
    reconnectBackoffMs: 100,
    reconnectBackoffMaxMs: 1600,
    timeoutMs: 600_000,
    ...options,
  })
  const call = client.sendProduceRequest([orders(0, 'a')], { timeoutMs: ms })
  await rig.failure(call)
  return dialled.filter(({ host }) => host === 'b2').map(({ at }) => at)
}

const gapsOf = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!)

test('the pauses between attempts to reach a broker double, jittered by a fifth, up to their cap', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.network.refuse('b2:9092')
  const gaps = gapsOf(await dialsOf(rig, 30_000))
  const expected = [100, 200, 400, 800, 1600, 1600, 1600, 1600]
  expected.forEach((ms, i) => {
    assert.ok(gaps[i]! >= ms * 0.8 && gaps[i]! <= ms * 1.2 + 5, `pause ${i} was ${gaps[i]}, not about ${ms}`)
  })
  assert.ok(new Set(gaps.slice(4)).size > 2, 'there is no jitter')
})

test('the pause of one broker is not that of another', async () => {
  const rig = await ClientRig.start({ brokers: 3, topics: { orders: [2, 3] } })
  rig.network.refuse('b2:9092')
  const client = rig.client({ reconnectBackoffMs: 20_000, reconnectBackoffMaxMs: 20_000 })
  await rig.failure(client.sendProduceRequest([orders(0, 'a')], { timeoutMs: 2000 }))
  const before = rig.clock.now()
  await rig.result(client.sendProduceRequest([orders(1, 'b')]))
  assert.is(rig.clock.now(), before)
})

/** A broker that drops us this long after each success: how long it is left alone after each. */
async function pausesAfter(uptimesMs: readonly number[]): Promise<readonly number[]> {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const { dial, dialled } = watched(rig)
  const client = rig.client({
    dial,
    retryBackoffMs: 1,
    reconnectBackoffMs: 100,
    reconnectBackoffMaxMs: 10_000,
  })
  const lost: number[] = []
  for (const uptime of [...uptimesMs, 0]) {
    rig.peer(2).on(Produce, (_, reply) => void rig.clock.after(uptime, () => reply.close()))
    await rig.failure(client.sendProduceRequest([orders(0, 'a')]))
    lost.push(rig.clock.now())
  }
  const dials = dialled.filter(({ host }) => host === 'b2')
  return uptimesMs.map((_, i) => dials[i + 1]!.at - lost[i]!)
}

test('only a success longer than 10 s makes the pauses short again', async () => {
  const pauses = await pausesAfter([100, 100, 9_900, 10_100, 100])
  const expected = [100, 200, 400, 100, 200]
  expected.forEach((ms, i) => {
    assert.ok(
      pauses[i]! >= ms * 0.8 && pauses[i]! <= ms * 1.2,
      `pause ${i} was ${pauses[i]}, not about ${ms}`,
    )
  })
})

test('releasing a purpose ends its connection: what was sent fails with maybeSent, what waits without', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const client = rig.client()
  rig.peer(1).ignore(Fetch)
  const sent = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }], { timeoutMs: 2000 })
  sent.subscribe({ error: () => undefined })
  await rig.clock.advance(10)
  const connection = rig.peer(1).of(Fetch)[0]!.connection
  coreOf(client).router.brokers.get(1)!.release('fetch:client')
  await rig.clock.advance(1)
  assert.ok(rig.peer(1).closed.includes(connection))
  rig.network.ignore('b2:9092')
  const broker = coreOf(client).router.brokers.get(2)!
  const plan = { clock: rig.clock, what: 'test', timeoutMs: 5000 }
  const waiting = runCall(plan, call => broker.connect('fetch:mine', call)).catch((error: unknown) => error)
  await rig.clock.advance(10)
  broker.release('fetch:mine')
  const error = (await waiting) as ConnectionError
  assert.instance(error, ConnectionError)
  assert.is(error.maybeSent, false)
  assert.match(error.message, /fetch:mine is over/)
})

test('requests that time out close their connection, and everything in flight fails with maybeSent', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ requestTimeoutMs: 1000 })
  await rig.result(client.sendProduceRequest([orders(0, 'a')]))
  rig.peer(1).ignore(Produce)
  const errors: KafkaError[] = []
  const send = () =>
    client
      .sendProduceRequest([orders(0, 'b')], { ackTimeoutMs: 0 })
      .subscribe({ error: (error: FailedPayloadsError) => errors.push(error.failedPayloads[0]!.error) })
  send()
  await rig.clock.advance(400)
  send()
  await rig.clock.advance(599)
  assert.is(errors.length, 0)
  assert.is(rig.peer(1).closed.length, 0)
  await rig.clock.advance(10)
  assert.is(rig.peer(1).closed.length, 1)
  const [late, behind] = errors as [TimeoutError, ConnectionError]
  assert.instance(late, TimeoutError)
  assert.is(late.maybeSent, true)
  assert.match(late.message, /broker 1 \(b1:9092\), Produce v11: no answer within 1000 ms/)
  assert.instance(behind, ConnectionError)
  assert.is(behind.maybeSent, true)
  assert.match(behind.message, /before Produce v11 was answered; the broker may have handled it/)
})

test('what a broker may hold back on purpose has that much more time', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ requestTimeoutMs: 1000, timeoutMs: 300_000 })
  rig.peer(1).on(JoinGroup, (_, reply) => reply.after(61_000, joined))
  rig
    .peer(1)
    .on(Fetch, (_, reply) =>
      reply.after(20_000, { responses: [], errorCode: 0, sessionId: 0, throttleTimeMs: 0 }),
    )
  await rig.result(client.request(JoinGroup, joining('one', 60_000)))
  await rig.failure(
    client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }], { maxWaitMs: 20_000 }),
  )
  assert.equal(rig.told('disconnected'), [])
})

test.run()
