import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerError, DeliveryError, OtherMessageError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

const invalidRecord = 87

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  await cluster.settled(send('first'))
  return { cluster, log: partition!.log, producer, send }
}

const causeOf = (error: unknown) => (error as DeliveryError).cause

test('what fails only because it stood behind something says so, and what that was', async () => {
  const { cluster, send, producer } = await setUp()
  cluster.fault = () => ({ errorCode: invalidRecord, delayMs: 10 })
  const sent = [cluster.failure(send('poison'))]
  await cluster.clock.advance(1)
  sent.push(cluster.failure(send('flies behind')))
  await cluster.clock.advance(1)
  sent.push(cluster.failure(producer.sendMessages('orders', null, ['waits', 'behind'])))
  const [poison, ...good] = await Promise.all(sent)
  assert.is((causeOf(poison) as BrokerError).reason, 'INVALID_RECORD')
  for (const error of good) {
    assert.instance(error, DeliveryError)
    const cause = causeOf(error) as OtherMessageError
    assert.instance(cause, OtherMessageError)
    assert.is(cause.other, 'before')
    assert.is((cause.cause as BrokerError).reason, 'INVALID_RECORD')
    assert.match(String(error), 'a message before them in their partition failed: ')
  }
})

test('of a batch that is refused for some of its messages only their calls fail for themselves', async () => {
  const { cluster, producer, send } = await setUp()
  const recordErrors = [
    { batchIndex: 2, batchIndexErrorMessage: 'it has no key' },
    { batchIndex: 4, batchIndexErrorMessage: null },
  ]
  const part = {
    index: 0,
    errorCode: invalidRecord,
    baseOffset: -1n,
    recordErrors,
    errorMessage: 'bad records',
  }
  cluster.peers.get(1)!.answer(Apis.Produce, { responses: [{ name: 'orders', partitionResponses: [part] }] })
  const calls = [send('a'), producer.sendMessages('orders', null, ['b', 'c']), send('d'), send('e')]
  const [a, bc, d, e] = await Promise.all(calls.map(call => cluster.failure(call)))
  assert.match(String(bc), 'it has no key')
  assert.match(String(e), 'bad records')
  for (const error of [bc, e]) assert.instance(causeOf(error), BrokerError)
  for (const error of [a, d]) {
    const cause = causeOf(error) as OtherMessageError
    assert.instance(cause, OtherMessageError)
    assert.is(cause.other, 'batch')
    assert.is((cause.cause as BrokerError).reason, 'INVALID_RECORD')
  }
})

test('what is out of time itself does not blame another one', async () => {
  const { cluster, send } = await setUp({ deliveryTimeoutMs: 5000 })
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const sent = [cluster.failure(send('a'))]
  await cluster.clock.advance(1000)
  sent.push(cluster.failure(send('b')))
  const [a, b] = await Promise.all(sent)
  assert.match(String(a), 'deliveryTimeoutMs')
  assert.not.instance(causeOf(a), OtherMessageError)
  assert.not.instance(causeOf(b), OtherMessageError)
})

test.run()
