import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom } from '../../src/kernel'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

const notAuthorized = 29

/** Bytes that do not shrink. */
function noise(bytes: number): Buffer {
  const random = seededRandom(1)
  return Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)))
}

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start({ brokers: 2 })
  const logs = cluster.topic('orders', 2)
  const producer = new Producer(cluster.client(), options)
  const send = (value: string | Buffer, partition = 0) => producer.send({ topic: 'orders', partition, value })
  const first = [send('first', 0), send('first', 1)]
  await cluster.settled(Promise.all([...first, producer.flush()]))
  return { cluster, producer, send, log: logs[0]!.log }
}

test('whoever sends at the moment when there is room again loses nothing, and overtakes nobody', async () => {
  const { cluster, producer, send, log } = await setUp({
    maxBufferedBytes: 70_000,
    bufferBytes: 9000,
    bufferTime: 50_000,
    compression: 'gzip',
  })
  cluster.fault = broker => ({ delayMs: broker === 2 ? 10_000 : 1000 })
  const slow = [send(noise(30_000), 1)]
  const flying = send(noise(7000))
  const flushed = producer.flush()
  await cluster.clock.advance(1)
  const sent: PromiseLike<unknown>[] = []
  producer.ready().subscribe({ next: () => sent.push(send('in the midst')) })
  await cluster.clock.advance(1)
  const text = (name: string, length: number) => sent.push(send(name.repeat(length)))
  text('b', 4000)
  await cluster.settled(flying)
  // The batch of the one before is closed for this one, and there is more room when it is compressed.
  text('c', 6000)
  text('d', 6000)
  await cluster.settled(Promise.all([...slow, flushed]))
  await cluster.settled(producer.flush())
  await cluster.settled(Promise.all(sent))
  assert.is(sent.length, 4)
  const names = log.values.slice(2).map(value => value![0])
  assert.equal(
    names.filter(name => name !== 'i'),
    ['b', 'c', 'd'],
  )
  assert.is(names.length, 4)
})

for (const [what, errorCode] of [
  ['fails for good', notAuthorized],
  ['is out of time', 19],
] as const) {
  test(`what is sent again at the moment when a batch ${what} does not fail with it`, async () => {
    const { cluster, send, log } = await setUp({ deliveryTimeoutMs: 2000 })
    cluster.fault = () => ({ errorCode, delayMs: 1 })
    const again: PromiseLike<unknown>[] = []
    const failed = () => {
      cluster.fault = () => undefined
      again.push(send('again'))
    }
    send('a').subscribe({ error: failed })
    await cluster.clock.advance(0)
    send('b').subscribe({ error: failed })
    await cluster.clock.advance(3000)
    await cluster.settled(Promise.all(again))
    assert.equal(log.values, ['first', 'again', 'again'])
  })
}

test('nor what is sent again when waiting calls of several topics fail', async () => {
  const { cluster, producer } = await setUp({ maxBlockMs: 1000 })
  const again: PromiseLike<unknown>[] = []
  const send = (topic: string) => producer.send({ topic, value: 'a' })
  for (const topic of ['x', 'y'])
    send(topic).subscribe({
      error: () => {
        cluster.topic('y')
        if (again.length === 0) again.push(send('y'))
      },
    })
  await cluster.clock.advance(2000)
  await cluster.settled(Promise.all(again))
})

test.run()
