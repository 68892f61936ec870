import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { ClientRig } from './client-rig'

const { Fetch, Metadata, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })
const idA = 'KAAAAAAAAAAAAAAAAAAAAQ'
const idB = 'KAAAAAAAAAAAAAAAAAAAAg'

/** Metadata answers after so long, so that questions can meet. */
function slowMetadata(rig: ClientRig, ms: number): void {
  for (const peer of rig.peers) peer.on(Metadata, (request, reply) => reply.after(ms, rig.metadata(request)))
}

test('calls that need the same topic share one question, also while it is under way', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  slowMetadata(rig, 200)
  const client = rig.client()
  const calls = Array.from({ length: 10 }, () => client.sendProduceRequest([orders('a')]))
  for (const call of calls) call.subscribe({ error: assert.unreachable })
  await rig.clock.advance(100)
  calls.push(client.sendProduceRequest([orders('b')]))
  await rig.result(calls.at(-1)!)
  assert.is(rig.of(Metadata).length, 1)
  assert.is(rig.written.length, 11)
})

test('what is asked while a question is under way is asked together, in the next one', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1], bills: [1], taxes: [1] } })
  slowMetadata(rig, 200)
  const client = rig.client()
  const first = client.loadMetadataForTopics('orders')
  first.subscribe({ error: assert.unreachable })
  await rig.clock.advance(100)
  const second = ['bills', 'taxes', 'bills'].map(topic => client.loadMetadataForTopics(topic))
  for (const call of second) call.subscribe({ error: assert.unreachable })
  await rig.result(second[0]!)
  assert.equal(
    rig.of(Metadata).map(({ body }) => body.topics!.map(({ name }) => name)),
    [['orders'], ['bills', 'taxes']],
  )
})

test('many calls that meet the same error refresh the metadata once', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.lead('orders', 0, 2)
  slowMetadata(rig, 50)
  const before = rig.of(Metadata).length
  const calls = Array.from({ length: 20 }, () => client.sendProduceRequest([orders('b')]))
  for (const call of calls) call.subscribe({ error: assert.unreachable })
  await rig.clock.advance(1000)
  assert.is(rig.written.length, 21)
  assert.ok(rig.of(Metadata).length - before <= 2, `${rig.of(Metadata).length - before} questions`)
})

const noRecords = {
  throttleTimeMs: 0,
  errorCode: 0,
  sessionId: 0,
  responses: [
    {
      topic: 'orders',
      partitions: [
        { partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null, records: null },
      ],
    },
  ],
}

test('metadata older than metadataMaxAgeMs is asked for again, beside the call that notices', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).answer(Fetch, noRecords)
  const client = rig.client({ metadataMaxAgeMs: 10_000 })
  const fetch = () => rig.result(client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]))
  await fetch()
  await rig.clock.advance(9_900)
  await fetch()
  assert.is(rig.of(Metadata).length, 1)
  await rig.clock.advance(200)
  slowMetadata(rig, 500)
  const before = rig.clock.now()
  for (let i = 0; i < 3; i++) await fetch()
  assert.is(rig.clock.now(), before, 'the calls waited for it')
  await rig.clock.advance(1000)
  await fetch()
  assert.is(rig.of(Metadata).length, 2)
})

test('a refresh by age that fails harms no call, and is tried again', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ metadataMaxAgeMs: 1000, timeoutMs: 3000 })
  await rig.result(client.sendProduceRequest([orders('a')]))
  await rig.clock.advance(1100)
  rig.peer(1).answer(Metadata, { errorCode: 31, brokers: [], topics: [], controllerId: -1 })
  await rig.result(client.sendProduceRequest([orders('b')]))
  await rig.clock.advance(100)
  const asked = rig.of(Metadata).length
  await rig.result(client.sendProduceRequest([orders('c')]))
  assert.is(rig.of(Metadata).length, asked + 1)
})

test('news from a broker that lags behind does not turn the client back', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const stale = new Map([...rig.topics].map(([name, topic]) => [name, structuredClone(topic)]))
  rig.lead('orders', 0, 2)
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.topics.clear()
  for (const [name, topic] of stale) rig.topics.set(name, topic)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.is(client.cluster.partition('orders', 0)!.leader, 2)
  assert.equal(rig.told('leader-changed'), [])
})

test('a new leader is told as an event', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.lead('orders', 0, 2)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.equal(rig.told('leader-changed'), [
    { type: 'leader-changed', at: { topic: 'orders', partition: 0 }, leader: 2, epoch: 2 },
  ])
})

test('the snapshot knows topics by name and by id', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.topics.get('orders')!.id = idA
  const client = rig.client()
  const cluster = await rig.result(client.loadMetadataForTopics('orders'))
  assert.is(cluster.topics.get('orders')!.id, idA)
  assert.is(cluster.topicName(idA), 'orders')
})

test('a new id under a known name is a new topic: its epochs count from the start, and an event tells', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  rig.topics.set('orders', { id: idA, partitions: [{ leader: 1, epoch: 60 }] })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.topics.set('orders', { id: idB, partitions: [{ leader: 2, epoch: 0 }] })
  await rig.result(client.sendProduceRequest([orders('b')]))
  assert.equal(rig.told('topic-recreated'), [{ type: 'topic-recreated', topic: 'orders' }])
  assert.is(rig.peer(2).of(Produce).length, 1)
})

test('a topic that was gone for a while and came back with another id is a new one too', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  for (const id of [idA, undefined, idB, idB]) {
    if (id === undefined) rig.topics.delete('orders')
    else rig.topics.set('orders', { id, partitions: [{ leader: 1, epoch: 0 }] })
    await rig.result(client.loadMetadataForTopics('orders'))
  }
  assert.is(rig.told('topic-recreated').length, 1)
})

test('an unknown topic is no error of metadata: the snapshot lacks it and says why', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const cluster = await rig.result(rig.client().loadMetadataForTopics('bills'))
  assert.is(cluster.topics.has('bills'), false)
  assert.is(cluster.topicErrors.get('bills'), 3)
})

test('metadata of no named topic is that of all of them', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1], bills: [1] } })
  const cluster = await rig.result(rig.client().loadMetadataForTopics())
  assert.equal([...cluster.topics.keys()], ['orders', 'bills'])
  assert.is(rig.of(Metadata)[0]!.body.topics, null)
})

test('topics are created by being asked for, or not, as allowAutoTopicCreation says', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  await rig.result(rig.client().loadMetadataForTopics('orders'))
  await rig.result(rig.client({ allowAutoTopicCreation: false }).loadMetadataForTopics('orders'))
  assert.equal(
    rig.of(Metadata).map(({ body }) => body.allowAutoTopicCreation),
    [true, false],
  )
})

test('another cluster behind the same hosts is told as an event', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.clusterId = 'other'
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.equal(rig.told('cluster-changed'), [{ type: 'cluster-changed', from: 'cluster', to: 'other' }])
})

test('a broker that left the cluster finishes what it was sent, and is then let go', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const client = rig.client()
  rig
    .peer(2)
    .on(Fetch, (_, reply) =>
      reply.after(500, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [] }),
    )
  const fetch = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }])
  fetch.subscribe({ error: () => undefined })
  await rig.clock.advance(100)
  rig.listed.delete(2)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.equal(rig.peer(2).closed, [])
  assert.match((await rig.failure(fetch)).message, /left this partition out/)
  await rig.clock.advance(10)
  assert.is(rig.peer(2).closed.length, rig.peer(2).wires.length)
})

test('what waits for a connection to a broker that left goes elsewhere', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.network.ignore('b2:9092')
  const call = client.sendProduceRequest([orders('a')])
  call.subscribe({ error: () => undefined })
  await rig.clock.advance(100)
  rig.lead('orders', 0, 1)
  rig.listed.delete(2)
  await rig.result(client.loadMetadataForTopics('orders'))
  const before = rig.clock.now()
  await rig.result(call)
  assert.is(rig.written[0]!.broker, 1)
  assert.ok(rig.clock.now() - before < 500)
})

test.run()
