import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerError, CancelledError, ClosedError, TimeoutError } from '../../src/kernel'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const logs = cluster.topic('orders', 2)
  const client = cluster.client()
  const producer = new Producer(client, options)
  const send = (partition: number, value: string) => producer.send({ topic: 'orders', partition, value })
  await cluster.settled(send(0, 'first'))
  return { cluster, client, producer, send, values: (partition: number) => logs[partition]!.log.values }
}

test('calls for a partition that comes later are sent there, in their order', async () => {
  const { cluster, send, values } = await setUp()
  const sent = ['a', 'b', 'c'].map(value => send(7, value))
  await cluster.clock.advance(20_000)
  cluster.topic('orders', 8)
  const receipts = await cluster.settled(Promise.all([...sent, send(7, 'd')]))
  assert.equal(values(7), ['a', 'b', 'c', 'd'])
  assert.ok(receipts.every(({ partition }) => partition === 7))
})

test('they hold up no other call of the topic, nor those for another partition that is missing', async () => {
  const { cluster, producer, send, values } = await setUp()
  send(7, 'a').catch(assert.unreachable)
  send(2, 'b').catch(assert.unreachable)
  await cluster.settled(Promise.all([send(1, 'c'), producer.send({ topic: 'orders', value: 'd' })]), 100)
  cluster.topic('orders', 3)
  await cluster.settled(send(2, 'e'))
  assert.equal(values(2), ['b', 'e'])
  cluster.topic('orders', 8)
  await cluster.settled(send(7, 'f'))
  assert.equal(values(7), ['a', 'f'])
})

test('whoever sends when somebody else has just learned of the partition comes behind those who wait', async () => {
  const { cluster, client, producer, send, values } = await setUp({ partitioner: (_, all) => all.at(-1)! })
  send(2, 'a').catch(assert.unreachable)
  // Between two questions of the producer.
  await cluster.clock.advance(10_000)
  cluster.topic('orders', 3)
  await cluster.settled(client.loadMetadataForTopics('orders'))
  const sent = [producer.send({ topic: 'orders', value: 'b' }), send(2, 'c')]
  await cluster.settled(Promise.all(sent))
  assert.equal(values(2), ['a', 'b', 'c'])
})

test('while the topic is not known either, each call waits for what it lacks', async () => {
  const { cluster, producer } = await setUp()
  const send = (partition: number, value: string) => producer.send({ topic: 'later', partition, value })
  const [late, early] = [send(1, 'a'), send(0, 'b')]
  await cluster.clock.advance(1000)
  cluster.topic('later', 1)
  await cluster.settled(early)
  const [, log] = cluster.topic('later', 2)
  await cluster.settled(late)
  assert.equal(log!.log.values, ['a'])
})

test('a partition that does not come fails its calls within maxBlockMs, and the error says what there is', async () => {
  const { cluster, send } = await setUp({ maxBlockMs: 5000, maxBufferedBytes: 100_000 })
  for (let round = 0; round < 5; round++) {
    const since = cluster.clock.monotonic()
    const error = await cluster.failure(Promise.all([send(7, 'a'), send(7, 'x'.repeat(50_000))]))
    assert.instance(error, BrokerError)
    const { reason, message } = error as BrokerError
    assert.is(reason, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.match(message, 'orders/7: orders has 2 partitions, 0 to 1')
    assert.match(message, '5000 ms (maxBlockMs); add partitions to the topic, or send to one that it has')
    const took = cluster.clock.monotonic() - since
    assert.ok(took > 3500 && took <= 5000)
  }
})

test('when nobody can be asked the error says that', async () => {
  const { cluster, send } = await setUp({ maxBlockMs: 5000 })
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const error = await cluster.failure(send(7, 'a'))
  assert.instance(error, TimeoutError)
  assert.match((error as Error).message, /metadata of orders .*refused/)
})

test('a call can be taken back while its partition is missing, and those behind it keep their place', async () => {
  const { cluster, send, values } = await setUp()
  const [gone, kept] = [send(7, 'gone'), send(7, 'kept')]
  const alone = send(6, 'alone')
  assert.ok(gone.cancel() && alone.cancel())
  assert.instance(await cluster.failure(gone, 0), CancelledError)
  cluster.topic('orders', 8)
  await cluster.settled(Promise.all([kept, send(6, 'another')]))
  assert.equal([values(7), values(6)], [['kept'], ['another']])
})

test('flush waits for them, and sends them without waiting for company; close fails what is left', async () => {
  const { cluster, producer, send } = await setUp({ bufferTime: 60_000, maxBlockMs: 100_000 })
  const sent = send(2, 'a')
  const flushed = producer.flush()
  await cluster.clock.advance(5000)
  cluster.topic('orders', 3)
  await cluster.settled(Promise.all([flushed, sent]), 5000)
  const left = send(7, 'b')
  const closed = producer.close({ timeoutMs: 1000 })
  assert.instance(await cluster.failure(left, 2000), TimeoutError)
  await cluster.settled(closed)
  assert.instance(await cluster.failure(send(7, 'c'), 0), ClosedError)
})

test('values that are still being made wait for their partition afterwards', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders', 1)
  const pause = (ms: number) => new Promise<void>(resolve => cluster.clock.after(ms, resolve))
  const producer = new Producer<number>(cluster.client(), {
    serializer: async ms => {
      await pause(ms)
      return `${ms}`
    },
  })
  const send = (partition: number, ms: number) => producer.send({ topic: 'orders', partition, value: ms })
  const waiting = [send(2, 300), send(2, 100)]
  await cluster.settled(send(0, 10), 1000)
  const logs = cluster.topic('orders', 3)
  await cluster.settled(Promise.all([...waiting, send(2, 1)]))
  assert.equal(logs[2]!.log.values, ['300', '100', '1'])
})

test.run()
