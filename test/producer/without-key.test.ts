import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom } from '../../src/kernel'
import { murmur2, sticky } from '../../src/partitioners'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster, type ScriptedPartition } from '../support/produce'

async function setUp(
  partitions: number,
  { brokers = 1, ...options }: ProducerOptions & { brokers?: number } = {},
) {
  const cluster = await ProduceCluster.start({ brokers })
  const topic = cluster.topic('orders', partitions)
  const client = cluster.client()
  const producer = new Producer(client, options)
  return {
    cluster,
    topic,
    client,
    producer,
    send: (value: string) => producer.send({ topic: 'orders', value }),
  }
}

/** Messages in the log of each partition. */
const counts = (topic: readonly ScriptedPartition[]): number[] => topic.map(({ log }) => log.messages.length)
const values = (topic: readonly ScriptedPartition[]) => topic.flatMap(({ log }) => log.values)

test('calls of one turn without a key leave in one batch, and later ones too', async () => {
  const { cluster, topic, send } = await setUp(6)
  await cluster.settled(Promise.all(['a', 'b', 'c'].map(send)))
  await cluster.settled(Promise.all(['d', 'e'].map(send)))
  assert.equal(counts(topic).sort(), [0, 0, 0, 0, 0, 5])
  assert.equal(
    topic.flatMap(({ log }) => log.batches.map(batch => batch.values.join(' '))),
    ['a b c', 'd e'],
  )
})

test('with no key and no load every partition gets its share of bytes', async () => {
  const { cluster, topic, send } = await setUp(4, { brokers: 2, partitioner: sticky({ bytes: 1000 }) })
  const random = seededRandom(1)
  for (let turn = 0; turn < 400; turn++)
    await cluster.settled(
      Promise.all(Array.from({ length: 10 }, () => send('x'.repeat(Math.ceil(random() * 400))))),
    )
  const bytes = topic.map(({ log }) => log.values.reduce((sum, value) => sum + value!.length, 0))
  const equal = bytes.reduce((sum, some) => sum + some, 0) / 4
  for (const some of bytes) assert.ok(Math.abs(some / equal - 1) < 0.15, String(bytes))
})

test('partitions of a slow broker get less, and nothing is lost', async () => {
  const { cluster, topic, send } = await setUp(4, { brokers: 2, partitioner: sticky({ bytes: 1000 }) })
  cluster.fault = broker => ({ delayMs: broker === 2 ? 200 : 1 })
  const sent: PromiseLike<unknown>[] = []
  for (let ms = 0; ms < 1000; ms++) {
    for (let call = 0; call < 10; call++) sent.push(send('x'.repeat(100)))
    await cluster.clock.advance(1)
  }
  await cluster.settled(Promise.all(sent), 600_000)
  const [fast, slow, fastToo, slowToo] = counts(topic) as [number, number, number, number]
  assert.is(fast + slow + fastToo + slowToo, 10_000)
  assert.ok(slow + slowToo < 0.6 * (fast + fastToo), String(counts(topic)))
  assert.ok(Math.abs(fast / fastToo - 1) < 0.1, String(counts(topic)))
})

test('calls with a key keep their partition and their order beside those without', async () => {
  const { cluster, topic, producer, send } = await setUp(3, { brokers: 3, maxBufferedBytes: 1e9 })
  cluster.fault = broker => ({ delayMs: 10 * broker })
  const sent: PromiseLike<unknown>[] = []
  for (let round = 0; round < 300; round++) {
    for (const key of ['a', 'b', 'user-1'])
      sent.push(producer.send({ topic: 'orders', key, value: `${round}` }), send('x'.repeat(1000)))
    if (round % 20 === 0) await cluster.clock.advance(3)
  }
  await cluster.settled(Promise.all(sent))
  for (const key of ['a', 'b', 'user-1']) {
    const { log } = topic[(murmur2(key) & 0x7fffffff) % 3]!
    assert.equal(
      log.messages.filter(message => message.key === key).map(({ value }) => value),
      Array.from({ length: 300 }, (_, round) => `${round}`),
    )
  }
  for (const count of counts(topic)) assert.ok(count > 100)
})

test('partitions that are added are written to', async () => {
  const { cluster, topic, client, send } = await setUp(1, { partitioner: sticky({ bytes: 500 }) })
  const sendSome = () =>
    cluster.settled(Promise.all(Array.from({ length: 200 }, () => send('x'.repeat(100)))))
  await sendSome()
  const added = cluster.topic('spare', 2)
  topic.push(...added)
  await cluster.settled(client.loadMetadataForTopics('orders'))
  await sendSome()
  for (const count of counts(added)) assert.ok(count > 20, String(counts(added)))
})

test('a partition without a leader is written to no more while another has one', async () => {
  const { cluster, topic, client, send } = await setUp(2)
  const { partition } = await cluster.settled(send('first'))
  topic[partition]!.told = { leader: -1, epoch: 1 }
  await cluster.settled(client.loadMetadataForTopics('orders'))
  const receipts = await cluster.settled(Promise.all(['second', 'third'].map(send)))
  assert.equal(
    receipts.map(receipt => receipt.partition),
    [1 - partition, 1 - partition],
  )
})

test('with bufferTime a turn ends with the batch that gathers, so that no fragment is left behind', async () => {
  const { cluster, topic, send } = await setUp(8, { bufferTime: 500 })
  // 12 kB gather in 500 ms, and a turn is 16 KiB.
  const sent: PromiseLike<unknown>[] = []
  for (let ms = 0; ms < 20_000; ms += 50) {
    sent.push(send('x'.repeat(1190)))
    await cluster.clock.advance(50)
  }
  await cluster.settled(Promise.all(sent))
  const sizes = topic.flatMap(({ log }) => log.batches.map(batch => batch.values.length))
  assert.is(values(topic).length, 400)
  assert.ok(sizes.filter(size => size < 10).length <= 2, String(sizes))
})

test.run()
