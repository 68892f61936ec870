import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BufferFullError, VirtualClock } from '../../src/kernel'
import { BufferMemory } from '../../src/producer/buffer-memory'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders', 3)
  const producer = new Producer(cluster.client(), { maxBufferedBytes: 100_000, ...options })
  const send = (partition: number, bytes: number) =>
    producer.send({ topic: 'orders', partition, value: Buffer.alloc(bytes) })
  await cluster.settled(Promise.all([0, 1, 2].map(partition => send(partition, 1))))
  return { cluster, producer, send }
}

const user = { hurry: () => undefined, holder: { describe: () => '' } }

test('a buffer is as large as a pool likes it where there is room for that, and never more than there is', () => {
  const memory = new BufferMemory(100_000, new VirtualClock(), () => user)
  memory.check(33_000)
  const [large, exact] = [memory.acquire(33_000), memory.acquire(33_000)]
  assert.is(large.length, 65_536)
  assert.ok(exact.length >= 33_000 && memory.held <= 100_000)
  memory.release(exact)
  memory.release(large)
  assert.is(memory.held, 0)
})

test('a batch that grows does not pass the limit, and whoever would make it grow is told so', async () => {
  const { cluster, send } = await setUp({ maxBufferedBytes: 50_000 })
  const held = [send(0, 15_000), send(1, 10_000)]
  assert.instance(await cluster.failure(send(0, 10_000), 0), BufferFullError)
  await cluster.settled(Promise.all(held))
})

test('a partition that had large batches takes a small message where there is room for no more', async () => {
  const { cluster, send } = await setUp()
  await cluster.settled(send(0, 50_000))
  const held = send(1, 50_000)
  await cluster.settled(Promise.all([held, send(0, 10)]))
})

test('what a serializer makes is refused when there is no room for it', async () => {
  const { cluster } = await setUp()
  const producer = new Producer<number>(cluster.client(), {
    maxBufferedBytes: 100_000,
    serializer: bytes => Promise.resolve(Buffer.alloc(bytes)),
  })
  cluster.topic('later')
  const sends = Array.from({ length: 20 }, () => producer.send({ topic: 'later', value: 30_000 }))
  const outcomes = await cluster.settled(Promise.allSettled(sends))
  const refused = outcomes.flatMap(outcome =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  )
  assert.ok(refused.length >= 15 && refused.length < 20)
  for (const error of refused) assert.instance(error, BufferFullError)
  await cluster.settled(producer.send({ topic: 'later', value: 30_000 }))
})

test.run()
