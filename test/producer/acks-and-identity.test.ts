import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src/compression'
import { ArgumentError, DeliveryError, UnsupportedError } from '../../src/kernel'
import { Apis, readBatches } from '../../src/protocol'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'
import { allOfOurs } from '../support/scripted-peer'

async function setUp(options: ProducerOptions = {}, serves = allOfOurs()) {
  const cluster = await ProduceCluster.start({ serves })
  const topic = cluster.topic('orders', 2)
  const producer = new Producer(cluster.client(), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  return { cluster, topic, producer, events }
}

const withoutInitProducerId = allOfOurs().filter(({ apiKey }) => apiKey !== Apis.InitProducerId.key)

for (const [given, number] of [
  ['all', -1],
  [-1, -1],
  ['leader', 1],
  [1, 1],
] as const) {
  test(`acks ${given} asks the broker for ${number}`, async () => {
    const { cluster, producer } = await setUp({ acks: given })
    const { offset } = await cluster.settled(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
    assert.is(offset, 0n)
    assert.is(cluster.requests[0]!.request.body.acks, number)
  })
}

for (const none of ['none', 0] as const) {
  test(`with acks ${none} a send ends when it has left, without an offset`, async () => {
    const { cluster, producer, topic } = await setUp({ acks: none })
    const sent = ['a', 'b'].map(value => producer.send({ topic: 'orders', partition: 0, value }))
    const [first] = await cluster.settled(Promise.all(sent))
    assert.is(first!.offset, -1n)
    await cluster.settled(producer.flush())
    await cluster.clock.advance(1)
    assert.is(cluster.requests[0]!.request.body.acks, 0)
    assert.equal(topic[0]!.log.values, ['a', 'b'])
  })
}

test('acks below all switch idempotence off, and asking for both is refused', async () => {
  const { cluster, producer, topic } = await setUp({ acks: 'leader' })
  await cluster.settled(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  assert.is(topic[0]!.log.batches[0]!.producerId, -1n)
  assert.is(cluster.peers.get(1)!.of(Apis.InitProducerId).length, 0)
  assert.throws(
    () => new Producer(cluster.client(), { acks: 'leader', idempotent: true }),
    (error: unknown) => error instanceof ArgumentError && error.message.includes('idempotent'),
  )
})

test('by default batches carry a producer id, and the sequences of each partition are contiguous', async () => {
  const { cluster, producer, topic } = await setUp()
  for (let round = 0; round < 4; round++) {
    const sent = [0, 1].map(partition => producer.send({ topic: 'orders', partition, value: `${round}` }))
    await cluster.settled(Promise.all([...sent, producer.sendMessages('orders', 'a', ['x', 'y', 'z'])]))
  }
  for (const { log } of topic) {
    let next = 0
    for (const { producerId, producerEpoch, baseSequence, values } of log.batches) {
      assert.is(producerId, 1000n)
      assert.is(producerEpoch, 0)
      assert.is(baseSequence, next)
      next += values.length
    }
  }
})

test('idempotent: false sends without a producer id', async () => {
  const { cluster, producer, topic, events } = await setUp({ idempotent: false })
  await cluster.settled(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  assert.is(topic[0]!.log.batches[0]!.producerId, -1n)
  assert.equal(events, [])
})

test('a broker too old for producer ids is written to without, and an event says so once', async () => {
  const { cluster, producer, topic, events } = await setUp({}, withoutInitProducerId)
  await cluster.settled(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  await cluster.settled(producer.send({ topic: 'orders', partition: 0, value: 'b' }))
  assert.equal(topic[0]!.log.values, ['a', 'b'])
  assert.equal(
    events.map(({ type }) => type),
    ['idempotence-off'],
  )
  assert.match((events[0] as { reason: string }).reason, 'InitProducerId')
})

test('asked for by name, idempotence that cannot be had is an UnsupportedError', async () => {
  const { cluster, producer, topic } = await setUp({ idempotent: true }, withoutInitProducerId)
  const error = await cluster.failure(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  assert.instance(error, DeliveryError)
  assert.instance((error as DeliveryError).cause, UnsupportedError)
  assert.is((error as DeliveryError).maybeWritten, false)
  assert.equal(topic[0]!.log.values, [])
})

test('who may not have a producer id is told which option does without', async () => {
  const { cluster, producer } = await setUp()
  cluster.peers.get(1)!.answer(Apis.InitProducerId, {
    errorCode: 31,
    producerId: -1n,
    producerEpoch: -1,
    throttleTimeMs: 0,
  })
  const error = await cluster.failure(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  assert.match(String(error), 'CLUSTER_AUTHORIZATION_FAILED')
  assert.match(String(error), 'idempotent: false')
})

test('messages of many turns before the producer id is there need one question for it', async () => {
  const { cluster, producer } = await setUp()
  cluster.peers
    .get(1)!
    .on(Apis.InitProducerId, (_, reply) =>
      reply.after(500, { errorCode: 0, producerId: 7n, producerEpoch: 0, throttleTimeMs: 0 }),
    )
  const sent = []
  for (let turn = 0; turn < 10; turn++) {
    sent.push(producer.send({ topic: 'orders', partition: 0, value: `${turn}` }))
    await cluster.clock.advance(20)
  }
  await cluster.settled(Promise.all(sent))
  assert.is(cluster.peers.get(1)!.of(Apis.InitProducerId).length, 1)
})

test('a message that waits for the producer id fails in time all the same', async () => {
  const { cluster, producer } = await setUp({ deliveryTimeoutMs: 2000 })
  cluster.peers.get(1)!.ignore(Apis.InitProducerId)
  const since = cluster.clock.monotonic()
  const error = await cluster.failure(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  assert.is((error as DeliveryError).maybeWritten, false)
  assert.is(cluster.clock.monotonic() - since, 2000)
})

test('brokers before record batches get message sets', async () => {
  const old = [
    { apiKey: Apis.Produce.key, minVersion: 0, maxVersion: 2 },
    { apiKey: Apis.Metadata.key, minVersion: 0, maxVersion: 2 },
  ]
  const { cluster, producer, topic } = await setUp({ compression: 'gzip' }, old)
  await cluster.settled(producer.sendMessages('orders', 'k', ['a', 'b']))
  const written = topic.flatMap(({ log }) => log.values)
  assert.equal(written, ['a', 'b'])
  const [bytes] = cluster.requests[0]!.bytes
  const [batch] = readBatches(bytes!, { topic: 'orders', partition: 0, codecs })
  assert.is(batch!.magic, 1)
  assert.is(batch!.compression, 'gzip')
})

test.run()
