import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, MessageTooLargeError, TimeoutError } from '../../src/kernel'
import { KafkaClient } from '../../src/client'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  return { cluster, producer, send: (value: string) => producer.send({ topic: 'orders', value }) }
}

test('a delivery that is out of time says what the broker said, and how often it was tried', async () => {
  const { cluster, send } = await setUp({ deliveryTimeoutMs: 9000 })
  cluster.fault = () => ({ errorCode: 19 })
  const { cause } = (await cluster.failure(send('a'))) as Error
  assert.instance(cause, TimeoutError)
  const { message } = cause as TimeoutError
  assert.match(message, /NOT_ENOUGH_REPLICAS \(19\).*, \d+ attempts in deliveryTimeoutMs \(9000\)$/)
  assert.not.match(message, 'no answer')
})

test('one that was never answered, and one that never left, say so', async () => {
  const { cluster, send, producer } = await setUp({ deliveryTimeoutMs: 9000 })
  await cluster.settled(send('known'))
  cluster.fault = () => ({ isSwallowed: true })
  const { cause } = (await cluster.failure(send('a'))) as Error
  assert.match(String(cause), 'orders/0: no answer, 1 attempt in deliveryTimeoutMs (9000)')
  await cluster.settled(producer.stop())
  const client = cluster.client()
  await cluster.settled(client.loadMetadataForTopics('orders'))
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const unsent = new Producer(client, { deliveryTimeoutMs: 100 })
  const late = (await cluster.failure(unsent.send({ topic: 'orders', value: 'b' }))) as Error
  assert.match(String(late.cause), /, 0 attempts in deliveryTimeoutMs \(100\)$/)
})

test('what waits for a topic, or for a serializer, names maxBlockMs', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const client = cluster.client()
  await cluster.settled(client.loadMetadataForTopics('orders'))
  const slow = new Producer<number>(client, {
    serializer: () => new Promise<string>(() => undefined),
    maxBlockMs: 500,
  })
  const unmade = await cluster.failure(slow.send({ topic: 'orders', value: 1 }))
  assert.match(String(unmade), 'serializer of orders: not done in maxBlockMs (500)')
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const producer = new Producer(cluster.client(), { maxBlockMs: 700 })
  const unknown = await cluster.failure(producer.send({ topic: 'bills', value: 'a' }))
  assert.match(String(unknown), /metadata of bills.*no answer in maxBlockMs \(700\)/)
})

test('a message for which there can never be room is too large, at once', async () => {
  const { cluster, producer, send } = await setUp({ maxBufferedBytes: 2000 })
  await cluster.settled(send('known'))
  for (const sent of [send('x'.repeat(3000)), producer.sendMessages('orders', null, ['x'.repeat(3000)])]) {
    const error = await cluster.failure(sent, 0)
    assert.instance(error, MessageTooLargeError)
    assert.match(String(error), '1 message for orders')
    assert.match(String(error), 'producer option maxBufferedBytes (2000)')
  }
})

test('options of other clients are refused with what there is here', async () => {
  const { cluster } = await setUp()
  const client = cluster.client()
  const told: [option: string, text: string][] = [
    ['retries', 'deliveryTimeoutMs'],
    ['batchSize', 'bufferBytes'],
    ['batch.size', 'bufferBytes'],
    ['linger', 'bufferTime'],
    ['linger.ms', 'lingerMs'],
    ['maxInFlightRequests', 'in order'],
    ['ssl', 'the client option tls'],
    ['connect', 'the first send connects'],
  ]
  for (const [option, text] of told)
    assert.throws(
      () => new Producer(client, { [option]: 1 }),
      (error: unknown) =>
        error instanceof ArgumentError &&
        error.message.startsWith(`producer option ${option}: `) &&
        error.message.includes(text),
      option,
    )
  for (const [option, text] of [
    ['brokers', 'hosts first'],
    ['ssl', 'tls instead'],
    ['sasl', 'no SASL'],
    ['connectionTimeout', 'connectTimeoutMs'],
  ])
    assert.throws(() => new KafkaClient('b:9092', { [option!]: 1 }), text, option)
  assert.throws(() => new KafkaClient({ brokers: ['b:9092'] } as never), "new KafkaClient('a:9092,b:9092'")
})

test('calls in the form of kafkajs are refused with ours', async () => {
  const { cluster, producer } = await setUp()
  const client = cluster.client()
  const json = new Producer<unknown>(client, { serializer: value => JSON.stringify(value) })
  for (const each of [producer, json as Producer]) {
    const batch = { topic: 'orders', messages: [{ value: 'a' }] }
    assert.match(
      String(await cluster.failure(each.send(batch as never))),
      /message.messages: expected one message .*sendAll/,
    )
    assert.match(
      String(await cluster.failure(each.sendMessages('orders', ['a'] as never, undefined as never))),
      'sendMessages(topic, key, values)',
    )
  }
})

test.run()
