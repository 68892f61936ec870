import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BrokerError, DeliveryError } from '../../src/kernel'
import { TimeoutError } from '../../src/kernel'
import type { ClientOptions } from '../../src/client'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const warnings: string[] = []
  const logger: ClientOptions['logger'] = (level, text) => void (level === 'warn' && warnings.push(text))
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders', 2)
  const producer = new Producer(cluster.client({ logger }), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  const send = (value: string, topic = 'orders', number = 0) =>
    producer.send({ topic, partition: number, value })
  await cluster.settled(send('first'))
  return { cluster, log: partition!.log, producer, events, send, warnings }
}

type Rig = Awaited<ReturnType<typeof setUp>>

/** What it fails with, and after how many ms. */
function timed({ cluster }: Rig, sent: PromiseLike<unknown>): PromiseLike<readonly [unknown, number]> {
  const since = cluster.clock.monotonic()
  return sent.then(
    () => ['no failure', 0] as const,
    (error: unknown) => [error, cluster.clock.monotonic() - since] as const,
  )
}

for (const [what, topic, partition] of [
  ['a topic', 'unknown', 0],
  ['a partition', 'orders', 7],
] as const) {
  test(`deliveryTimeoutMs holds for the wait for ${what} too`, async () => {
    const rig = await setUp({ deliveryTimeoutMs: 3000 })
    const [error, took] = await rig.cluster.settled(timed(rig, rig.send('a', topic, partition)))
    assert.is(took, 3000)
    assert.instance(error, TimeoutError)
    const { deadline, cause } = error as TimeoutError
    assert.is(deadline, 'delivery')
    assert.is((cause as BrokerError).reason, 'UNKNOWN_TOPIC_OR_PARTITION')
  })

  test(`each call waits for ${what} up to maxBlockMs, whoever waited before`, async () => {
    const rig = await setUp({ maxBlockMs: 10_000 })
    const first = timed(rig, rig.send('a', topic, partition))
    await rig.cluster.clock.advance(4000)
    const second = timed(rig, rig.send('b', topic, partition))
    const [one, other] = await rig.cluster.settled(Promise.all([first, second]))
    assert.equal([one[1], other[1]], [10_000, 10_000])
    assert.is((other[0] as BrokerError).reason, 'UNKNOWN_TOPIC_OR_PARTITION')
  })
}

test('a topic that is not there for long is told of, once, with what to do', async () => {
  const { cluster, send, warnings } = await setUp()
  const sent = send('a', 'unknown')
  await cluster.clock.advance(4000)
  assert.equal(warnings, [])
  await cluster.clock.advance(4000)
  assert.is(warnings.length, 1)
  assert.match(warnings[0]!, /messages for unknown wait until it is there; create it/)
  assert.match(warnings[0]!, 'UNKNOWN_TOPIC_OR_PARTITION')
  await cluster.failure(sent)
  await cluster.clock.advance(100_000)
  assert.is(warnings.length, 1)
})

test('so are partitions that refuse for long, one word for all of a topic', async () => {
  const { cluster, send, warnings } = await setUp()
  cluster.fault = () => ({ errorCode: 19 })
  const sent = [0, 1].map(partition => send('a', 'orders', partition))
  await cluster.clock.advance(12_000)
  assert.is(warnings.length, 1)
  assert.match(warnings[0]!, /messages for orders\/\d are not taken.*NOT_ENOUGH_REPLICAS/)
  cluster.fault = () => undefined
  await cluster.settled(Promise.all(sent))
  await cluster.clock.advance(100_000)
  assert.is(warnings.length, 1)
})

test('what close has no time for says what it waited for', async () => {
  const { cluster, producer, send } = await setUp()
  cluster.fault = () => ({ errorCode: 19 })
  const sent = [send('a'), send('b', 'unknown'), send('c', 'orders', 7)]
  await cluster.clock.advance(100)
  await cluster.settled(producer.close({ timeoutMs: 1000 }))
  const [refused, topic, partition] = await Promise.all(sent.map(one => cluster.failure(one)))
  const { cause } = refused as DeliveryError
  for (const [error, reason] of [
    [cause, 'NOT_ENOUGH_REPLICAS'],
    [topic, 'UNKNOWN_TOPIC_OR_PARTITION'],
    [partition, 'UNKNOWN_TOPIC_OR_PARTITION'],
  ] as const) {
    assert.instance(error, TimeoutError)
    assert.is((error as TimeoutError).deadline, 'close')
    assert.is(((error as TimeoutError).cause as BrokerError).reason, reason)
  }
})

for (const [code, name] of [
  [59, 'UNKNOWN_PRODUCER_ID'],
  [47, 'INVALID_PRODUCER_EPOCH'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
] as const) {
  test(`a partition that answers ${name} again and again is asked after growing pauses`, async () => {
    const { cluster, send } = await setUp({ deliveryTimeoutMs: 3000 })
    cluster.fault = () => ({ errorCode: code })
    await cluster.failure(send('a'))
    assert.ok(cluster.requests.length > 3 && cluster.requests.length < 30)
  })
}

test('a limit below ours that splits have shown is kept', async () => {
  const { cluster, send, events, log } = await setUp()
  cluster.fault = (_broker, _index, bytes) => (bytes > 10_000 ? { errorCode: 10 } : undefined)
  const round = () => cluster.settled(Promise.all(Array.from({ length: 40 }, () => send('x'.repeat(1000)))))
  const splits = () => events.filter(({ type }) => type === 'batch-split').length
  await round()
  const before = splits()
  assert.ok(before >= 1)
  await round()
  assert.is(splits(), before)
  assert.is(log.values.length, 81)
})

for (const cut of ['before', 'after'] as const) {
  test(`with acks none nothing is sent twice when the connection breaks ${cut} it is written`, async () => {
    const { cluster, send, events, log } = await setUp({ acks: 'none' })
    cluster.fault = (_broker, index) => (index === 1 ? { cut, delayMs: 5 } : undefined)
    await cluster.settled(Promise.all([send('a')]))
    await cluster.clock.advance(2000)
    const lost = events.filter(({ type }) => type === 'messages-maybe-lost')
    assert.is(lost.length, 1)
    await cluster.settled(send('b'))
    await cluster.clock.advance(100)
    assert.equal(log.values, cut === 'before' ? ['first', 'b'] : ['first', 'a', 'b'])
  })
}

test('a topic that does not come is not remembered, nor one of which nothing can be sent', async () => {
  let lanes = 0
  const rig = await setUp({ maxBlockMs: 1000, partitioner: { forTopic: () => (lanes++, () => 0) } })
  const { cluster, send, producer } = rig
  assert.is(lanes, 1)
  for (let round = 0; round < 3; round++) await cluster.failure(send('a', 'unknown'))
  assert.is(lanes, 4)
  await cluster.failure(producer.send({ topic: 'bogus', value: 'x'.repeat(2_000_000) }), 0)
  assert.is(lanes, 4)
})

test.run()
