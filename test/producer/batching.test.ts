import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Producer } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(partitions = 1) {
  const cluster = await ProduceCluster.start()
  const topic = cluster.topic('orders', partitions)
  return { cluster, topic, client: cluster.client() }
}

/** The values of each Produce request that came, batch by batch. */
const batchesIn = (topic: Awaited<ReturnType<typeof setUp>>['topic'], partition = 0) =>
  topic[partition]!.log.batches.map(({ values }) => values.join(' '))

/** A first message, so that metadata and producer id are there. */
async function warmUp({ cluster }: Awaited<ReturnType<typeof setUp>>, producer: Producer, partition = 0) {
  await cluster.settled(producer.send({ topic: 'orders', partition, value: 'first' }))
}

test('the order of calls is the order in the partition, and each call gets the offset of its first message', async () => {
  const { cluster, topic, client } = await setUp()
  const producer = new Producer(client)
  const deliveries = [
    producer.sendMessages('orders', null, ['a', 'b']),
    producer.send({ topic: 'orders', value: 'c' }),
    producer.sendMessages('orders', null, ['d', 'e', 'f']),
    producer.send({ topic: 'orders', value: 'g' }),
  ]
  const receipts = await cluster.settled(Promise.all(deliveries))
  assert.equal(topic[0]!.log.values, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  assert.equal(
    receipts.map(({ offset }) => offset),
    [0n, 2n, 3n, 6n],
  )
  assert.equal({ ...receipts[0] }, { topic: 'orders', partition: 0, offset: 0n, timestamp: -1n })
})

test('what is sent in one turn leaves together, in one request for all partitions of a broker', async () => {
  const rig = await setUp(3)
  const producer = new Producer(rig.client)
  await warmUp(rig, producer)
  const before = rig.cluster.requests.length
  const deliveries = [0, 1, 2, 0, 1, 2].map(partition =>
    producer.send({ topic: 'orders', partition, value: `to ${partition}` }),
  )
  await rig.cluster.settled(Promise.all(deliveries))
  assert.is(rig.cluster.requests.length - before, 1)
  assert.equal(batchesIn(rig.topic, 0), ['first', 'to 0 to 0'])
  assert.equal(batchesIn(rig.topic, 2), ['to 2 to 2'])
})

test('without idempotence one batch of a partition is on its way, and the next one grows', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { idempotent: false })
  await warmUp(rig, producer)
  rig.cluster.fault = () => ({ delayMs: 100 })
  const deliveries = [producer.send({ topic: 'orders', value: '0' })]
  for (let turn = 1; turn <= 5; turn++) {
    await rig.cluster.clock.advance(10)
    deliveries.push(producer.send({ topic: 'orders', value: String(turn) }))
  }
  await rig.cluster.settled(Promise.all(deliveries))
  assert.equal(batchesIn(rig.topic), ['first', '0', '1 2 3 4 5'])
})

test('while five requests to a broker are on their way, messages of its other partitions gather', async () => {
  const rig = await setUp(6)
  const producer = new Producer(rig.client)
  await warmUp(rig, producer)
  rig.cluster.fault = () => ({ delayMs: 100 })
  const deliveries = []
  for (let partition = 0; partition < 5; partition++) {
    deliveries.push(producer.send({ topic: 'orders', partition, value: 'x' }))
    await rig.cluster.clock.advance(1)
  }
  for (const value of ['a', 'b', 'c']) {
    deliveries.push(producer.send({ topic: 'orders', partition: 5, value }))
    await rig.cluster.clock.advance(1)
  }
  await rig.cluster.settled(Promise.all(deliveries))
  assert.equal(batchesIn(rig.topic, 5), ['a b c'])
})

for (const option of ['bufferTime', 'lingerMs']) {
  test(`${option} sends the buffer so many ms after the first message in it`, async () => {
    const rig = await setUp()
    const producer = new Producer(rig.client, { [option]: 100 })
    const first = producer.send({ topic: 'orders', value: 'first' })
    await rig.cluster.settled(first)
    const { clock } = rig.cluster
    const since = clock.monotonic()
    for (const value of ['a', 'b', 'c']) {
      producer.send({ topic: 'orders', value })
      await clock.advance(40)
    }
    // The third came after 80 ms; the buffer left at 100 all the same.
    assert.is(rig.cluster.requests[1]?.request.at, since + 100)
    assert.equal(batchesIn(rig.topic), ['first', 'a b c'])
  })
}

test('bufferTime holds for each partition by itself', async () => {
  const rig = await setUp(2)
  const producer = new Producer(rig.client, { bufferTime: 100 })
  await warmUp(rig, producer)
  const { clock } = rig.cluster
  const since = clock.monotonic()
  const a = producer.send({ topic: 'orders', partition: 0, value: 'a' })
  await clock.advance(50)
  const b = producer.send({ topic: 'orders', partition: 1, value: 'b' })
  await rig.cluster.settled(Promise.all([a, b]), 1000)
  assert.equal(
    rig.cluster.requests.slice(1).map(({ request }) => request.at - since),
    [100, 150],
  )
})

test('a buffer whose only message was taken back waits anew from the next one', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferTime: 100 })
  await warmUp(rig, producer)
  const { clock } = rig.cluster
  const since = clock.monotonic()
  assert.ok(producer.send({ topic: 'orders', value: 'gone' }).cancel())
  await clock.advance(60)
  await rig.cluster.settled(producer.send({ topic: 'orders', value: 'kept' }))
  assert.is(rig.cluster.requests[1]!.request.at - since, 160)
  assert.equal(rig.topic[0]!.log.values, ['first', 'kept'])
})

test('bufferCount sends the buffer when it holds so many messages', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferTime: 10_000, bufferCount: 3 })
  const deliveries = ['a', 'b', 'c', 'd', 'e', 'f'].map(value => producer.send({ topic: 'orders', value }))
  await rig.cluster.settled(Promise.all(deliveries), 1000)
  assert.equal(batchesIn(rig.topic), ['a b c', 'd e f'])
})

test('bufferBytes sends the buffer before it would grow over so many bytes', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferTime: 10_000, bufferBytes: 1000 })
  const value = Buffer.alloc(400, 'x')
  const deliveries = [1, 2, 3].map(() => producer.send({ topic: 'orders', value }))
  await rig.cluster.settled(Promise.all(deliveries.slice(0, 2)), 1000)
  assert.is(rig.topic[0]!.log.batches[0]!.values.length, 2)
  assert.is(rig.topic[0]!.log.messages.length, 2)
})

test('flush sends what waits and ends when it has ended', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferTime: 60_000 })
  await rig.cluster.settled(
    Promise.all([producer.send({ topic: 'orders', value: 'a' }), producer.flush()]),
    1000,
  )
  producer.send({ topic: 'orders', value: 'b' })
  await rig.cluster.settled(producer.flush(), 1000)
  assert.equal(rig.topic[0]!.log.values, ['a', 'b'])
})

test('flush does not wait for what is sent after it', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferTime: 60_000 })
  await rig.cluster.settled(producer.flush(), 1000)
  producer.send({ topic: 'orders', value: 'a' })
  const flushed = producer.flush()
  await rig.cluster.settled(flushed, 1000)
  const later = producer.send({ topic: 'orders', value: 'b' })
  assert.equal(rig.topic[0]!.log.values, ['a'])
  assert.ok(later.cancel())
})

test('all messages of one call travel in one batch, whatever the buffer holds', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client, { bufferCount: 3, bufferTime: 50 })
  const deliveries = [
    producer.sendMessages('orders', null, ['a', 'b']),
    producer.sendMessages('orders', null, ['c', 'd', 'e', 'f', 'g']),
    producer.sendMessages('orders', null, ['h', 'i']),
  ]
  await rig.cluster.settled(Promise.all(deliveries))
  const batches = batchesIn(rig.topic)
  for (const call of ['a b', 'c d e f g', 'h i'])
    assert.is(batches.filter(batch => batch.includes(call)).length, 1)
})

test('messages of two topics go out in one request to their broker', async () => {
  const rig = await setUp()
  const bills = rig.cluster.topic('bills')
  const producer = new Producer(rig.client)
  await warmUp(rig, producer)
  await rig.cluster.settled(producer.send({ topic: 'bills', value: 'first' }))
  const before = rig.cluster.requests.length
  const sent = ['orders', 'bills', 'orders'].map(topic => producer.send({ topic, value: topic }))
  await rig.cluster.settled(Promise.all(sent))
  assert.is(rig.cluster.requests.length, before + 1)
  assert.equal(bills[0]!.log.values, ['first', 'bills'])
})

test('keys, nulls and tombstones arrive as they were given', async () => {
  const rig = await setUp()
  const producer = new Producer(rig.client)
  producer.sendMessages('orders', 'k', ['v', null])
  producer.send({ topic: 'orders', value: '' })
  await rig.cluster.settled(
    producer.send({ topic: 'orders', key: Buffer.from('b'), value: Buffer.from('w') }),
  )
  assert.equal(
    rig.topic[0]!.log.messages.map(({ key, value }) => [key, value]),
    [
      ['k', 'v'],
      ['k', null],
      [null, ''],
      ['b', 'w'],
    ],
  )
})

test.run()
