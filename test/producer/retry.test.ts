import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ClientOptions } from '../../src/client'
import { Apis } from '../../src/protocol'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster, type Fault } from '../support/produce'

async function setUp(options: ProducerOptions = {}, brokers = 1, clientOptions: ClientOptions = {}) {
  const cluster = await ProduceCluster.start({ brokers })
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(clientOptions), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  return { cluster, log: partition!.log, partition: partition!, producer, events, send }
}

const isFor = ({ body }: ProduceCluster['requests'][number]['request'], partition: number): boolean =>
  body.topicData.some(({ partitionData }) => partitionData.some(({ index }) => index === partition))

/** Sends three messages in turns of their own, with a fault on the first attempt of the second. */
async function sendThree(rig: Awaited<ReturnType<typeof setUp>>, fault: Fault) {
  const { cluster, send } = rig
  await cluster.settled(send('a'))
  const first = cluster.requests.length
  cluster.fault = (_, index) => (index === first ? fault : undefined)
  const b = send('b')
  await cluster.clock.advance(1)
  return cluster.settled(Promise.all([b, send('c')]))
}

const transient: readonly [string, Fault][] = [
  ['the answer NOT_LEADER', { errorCode: 6 }],
  ['the answer NOT_ENOUGH_REPLICAS', { errorCode: 19 }],
  ['the answer REQUEST_TIMED_OUT after the write', { errorAfter: 7 }],
  ['the answer NOT_ENOUGH_REPLICAS_AFTER_APPEND', { errorAfter: 20 }],
  ['the answer NOT_LEADER after the write', { errorAfter: 6 }],
  ['a connection cut before the write', { cut: 'before' }],
  ['a connection cut after the write', { cut: 'after' }],
  ['a lost request', { isLost: true }],
  ['a swallowed answer', { isSwallowed: true }],
  ['an answer later than the request timeout', { delayMs: 45_000 }],
]

for (const [what, fault] of transient) {
  test(`after ${what} everything is there once and in order`, async () => {
    const rig = await setUp()
    const receipts = await sendThree(rig, fault)
    assert.equal(rig.log.values, ['a', 'b', 'c'])
    assert.equal(
      receipts.map(({ offset }) => offset),
      [1n, 2n],
    )
    assert.ok(rig.events.some(({ type }) => type === 'retry'))
  })

  test(`after ${what} the same bytes are sent again`, async () => {
    const rig = await setUp({ compression: 'gzip' })
    await sendThree(rig, fault)
    const sent = rig.cluster.requests.map(({ bytes }) => bytes[0]!)
    const [failed, ...later] = sent.slice(1)
    assert.ok(later.some(again => again.equals(failed!)))
  })
}

test('a retry waits a pause that grows with each error', async () => {
  const rig = await setUp({}, 1, { retryBackoffMs: 100, retryBackoffMaxMs: 1000, random: () => 0.5 })
  const { cluster, send } = rig
  await cluster.settled(send('a'))
  cluster.fault = (_, index) => (index < 6 ? { errorCode: 19 } : undefined)
  await cluster.settled(send('b'))
  const times = cluster.requests.slice(1).map(({ request }) => request.at)
  assert.equal(
    times.slice(1).map((at, i) => at - times[i]!),
    [100, 200, 400, 800, 1000],
  )
})

test('after a leader move messages go to the new leader', async () => {
  const rig = await setUp({}, 2)
  const { cluster, send, partition } = rig
  await cluster.settled(send('a'))
  cluster.move(partition, 2, 300)
  await cluster.settled(Promise.all([send('b'), send('c')]))
  await cluster.settled(send('d'))
  assert.equal(rig.log.values, ['a', 'b', 'c', 'd'])
  assert.is(cluster.requests.at(-1)!.broker, 2)
})

test('a leader that the refusal names is asked next, without new metadata', async () => {
  const rig = await setUp({}, 2)
  const { cluster, send, partition } = rig
  await cluster.settled(send('a'))
  const endpoint = { nodeId: 2, host: 'broker2', port: 9092, rack: null }
  cluster.move(partition, 2, 3_600_000)
  cluster.peers.get(1)!.answer(Apis.Produce, {
    responses: [
      {
        name: 'orders',
        partitionResponses: [
          { index: 0, errorCode: 6, baseOffset: -1n, currentLeader: { leaderId: 2, leaderEpoch: 1 } },
        ],
      },
    ],
    nodeEndpoints: [endpoint],
  })
  await cluster.settled(send('b'), 10_000)
  assert.equal(rig.log.values, ['a', 'b'])
})

for (const idempotent of [true, false])
  test(`after a leader move nothing goes to the new leader until the old one has answered or is cut off (idempotent: ${idempotent})`, async () => {
    const cluster = await ProduceCluster.start({ brokers: 2 })
    const [moving] = cluster.topic('orders', 2)
    const client = cluster.client({ requestTimeoutMs: 10_000, metadataMaxAgeMs: 100 })
    const producer = new Producer(client, { idempotent })
    const send = (partition: number, value: string) => producer.send({ topic: 'orders', partition, value })
    await cluster.settled(Promise.all([send(0, 'a'), send(1, 'a')]))
    const since = cluster.clock.monotonic()
    cluster.fault = broker => (broker === 1 ? { isSwallowed: true } : undefined)
    const b = send(0, 'b')
    await cluster.clock.advance(10)
    cluster.move(moving!, 2)
    // By the other partition the client hears who leads now.
    for (let round = 0; round < 20; round++) {
      send(1, 'news')
      await cluster.clock.advance(200)
    }
    assert.is(client.cluster.partition('orders', 0)?.leader, 2)
    const c = send(0, 'c')
    await cluster.clock.advance(1000)
    await cluster.settled(Promise.all([b, c]))
    const toNew = cluster.requests.filter(({ broker, request }) => broker === 2 && isFor(request, 0))
    // Ack timeout and grace, 35 s, are longer than the request timeout: then the connection is closed.
    assert.ok(toNew[0]!.request.at - since >= 10_000)
    assert.equal([...new Set(moving!.log.values)], ['a', 'b', 'c'])
  })

test('a sequence that the broker has seen is success without an offset', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  await cluster.settled(send('a'))
  cluster.fault = () => ({ errorAfter: 46 })
  const { offset } = await cluster.settled(send('b'))
  assert.is(offset, -1n)
  assert.equal(rig.log.values, ['a', 'b'])
})

test('a broker that has forgotten the producer gets the batch again under a new epoch', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  await cluster.settled(send('a'))
  cluster.fault = (_, index) => (index === 1 ? { errorCode: 59 } : undefined)
  await cluster.settled(send('b'))
  await cluster.settled(send('c'))
  assert.equal(rig.log.values, ['a', 'b', 'c'])
  assert.equal(
    rig.log.batches.map(({ producerId, producerEpoch, baseSequence }) => [
      producerId,
      producerEpoch,
      baseSequence,
    ]),
    [
      [1000n, 0, 0],
      [1000n, 1, 0],
      [1000n, 1, 1],
    ],
  )
})

test('a connection that was cut is made anew, and what waited goes out in order', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  await cluster.settled(send('0'))
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const sent = []
  for (let i = 1; i <= 5; i++) {
    sent.push(send(String(i)))
    await cluster.clock.advance(300)
  }
  cluster.network.heal('broker1:9092')
  await cluster.settled(Promise.all(sent))
  assert.equal(rig.log.values, ['0', '1', '2', '3', '4', '5'])
})

test('one partition in trouble does not hold up the others', async () => {
  const cluster = await ProduceCluster.start({ brokers: 2 })
  const topic = cluster.topic('orders', 2)
  const producer = new Producer(cluster.client())
  const send = (partition: number, value: string) => producer.send({ topic: 'orders', partition, value })
  await cluster.settled(Promise.all([send(0, 'a'), send(1, 'a')]))
  cluster.fault = broker => (broker === 1 ? { isSwallowed: true } : undefined)
  const stuck = send(0, 'b')
  await cluster.settled(send(1, 'b'), 1000)
  assert.equal(topic[1]!.log.values, ['a', 'b'])
  cluster.fault = () => undefined
  await cluster.settled(stuck)
})

test('a broker that drops out of the cluster while a batch waits for it does not fail the batch', async () => {
  const rig = await setUp({}, 2)
  const { cluster, send, partition } = rig
  await cluster.settled(send('a'))
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const peer = cluster.peers.get(1)!
  cluster.peers.delete(1)
  const b = send('b')
  await cluster.clock.advance(2000)
  cluster.move(partition, 2)
  await cluster.settled(b)
  assert.equal(rig.log.values, ['a', 'b'])
  await peer.stop()
})

test.run()
