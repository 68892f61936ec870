import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, throttle } from '../../src/broker'
import { KafkaClient } from '../../src/client'
import { DeliveryError, VirtualClock } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  await cluster.settled(send('first'))
  return { cluster, send }
}

test('batches that come back together have met one error: the pause is the first one', async () => {
  const { cluster, send } = await setUp()
  const first = cluster.requests.length
  cluster.fault = (_, index) => (index < first + 5 ? { errorCode: 19, delayMs: 10 } : undefined)
  const sent = []
  for (const value of ['a', 'b', 'c', 'd', 'e']) {
    sent.push(send(value))
    await cluster.clock.advance(1)
  }
  const since = cluster.clock.monotonic()
  await cluster.settled(Promise.all(sent))
  assert.is(cluster.requests.length, first + 10)
  const took = cluster.clock.monotonic() - since
  assert.ok(took < 200, `${took} ms`)
})

test('after messages have failed for good the pauses of the next ones begin with the shortest', async () => {
  const { cluster, send } = await setUp({ deliveryTimeoutMs: 3000 })
  cluster.fault = () => ({ errorCode: 19 })
  await cluster.failure(send('a'))
  const first = cluster.requests.length
  cluster.fault = (_, index) => (index === first ? { errorCode: 19 } : undefined)
  const since = cluster.clock.monotonic()
  await cluster.settled(send('b'))
  const took = cluster.clock.monotonic() - since
  assert.ok(took < 200, `${took} ms`)
})

test('a request that is still to be written keeps the messages that it was made for, though they are out of time', async () => {
  const network = new MemoryNetwork(new VirtualClock())
  const clock = network.clock as VirtualClock
  const kafka = await EmbeddedKafka.start({ network, topics: { orders: {} } })
  const client = new KafkaClient(kafka.bootstrap, kafka.clientOptions)
  const producer = new Producer(client, { deliveryTimeoutMs: 800 })
  kafka.faults.once(Apis.Produce, throttle(1000))
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  await clock.outcomeOf(send('a'))
  const late = clock.outcomeOf(send('b').catch((error: unknown) => error))
  assert.instance(await late, DeliveryError)
  await clock.outcomeOf(send('c'))
  assert.equal(
    kafka.messages('orders').map(({ value }) => String(value)),
    ['a', 'b', 'c'],
  )
  await clock.outcomeOf(client.close())
  await kafka.close()
})

test('a batch from which a call was taken back is sent again like any other', async () => {
  const { cluster, send } = await setUp({ bufferTime: 5 })
  const first = cluster.requests.length
  cluster.fault = (_, index) => (index === first ? { errorCode: 19 } : undefined)
  const [a, b] = [send('a'), send('b')]
  a.cancel()
  await cluster.failure(a)
  await cluster.settled(b)
  assert.equal(cluster.requests.at(-1)!.bytes, cluster.requests[first]!.bytes)
})

test('when the producer id comes all partitions send at once, however long they were put off for lack of it', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders', 8)
  let asked = 0
  const reply = { producerId: 1n, producerEpoch: 0, throttleTimeMs: 0 }
  cluster.peers
    .get(1)!
    .on(Apis.InitProducerId, (_, answer) => answer({ ...reply, errorCode: asked++ < 30 ? 14 : 0 }))
  const producer = new Producer(cluster.client())
  const times: number[] = []
  const sent = Array.from({ length: 8 }, (_, partition) =>
    producer
      .send({ topic: 'orders', partition, value: 'a' })
      .then(() => times.push(cluster.clock.monotonic())),
  )
  await cluster.settled(Promise.all(sent))
  assert.is(new Set(times).size, 1)
})

test('a batch that was numbered does not leave without its number, even if the broker is taken for an old one', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), { deliveryTimeoutMs: 5000 })
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  await cluster.settled(send('a'))
  const peer = cluster.peers.get(1)!
  peer.on(Apis.ApiVersions, (_, reply) => reply.close())
  cluster.fault = (_, index) => (index === 1 ? { cut: 'after' } : undefined)
  const error = (await cluster.failure(send('b'))) as DeliveryError
  assert.is(error.maybeWritten, true)
  assert.equal(partition!.log.values, ['a', 'b'])
})

test.run()
