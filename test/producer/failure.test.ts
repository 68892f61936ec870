import { filter, firstValueFrom } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BrokerError } from '../../src/kernel'
import { DeliveryError, MessageTooLargeError, TimeoutError, type OtherMessageError } from '../../src/kernel'
import type { ClientOptions } from '../../src/client'
import { Apis } from '../../src/protocol'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}, clientOptions: ClientOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(clientOptions), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  const send = (value: string | Buffer) => producer.send({ topic: 'orders', partition: 0, value })
  await cluster.settled(send('first'))
  return { cluster, log: partition!.log, producer, events, send }
}

type Rig = Awaited<ReturnType<typeof setUp>>

/** The value and those behind it: the first in a batch of its own, the others in batches behind it. */
async function inTwoBatches({ cluster, producer, send }: Rig) {
  const outcomes = [cluster.failure(send('b'))]
  await cluster.clock.advance(1)
  outcomes.push(
    cluster.failure(send('c')),
    cluster.failure(producer.sendMessages('orders', null, ['d', 'e'])),
  )
  return outcomes
}

const notAuthorized = 29

test('an error that no retry mends fails the batch and those behind it, and the partition goes on', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  cluster.fault = () => ({ errorCode: notAuthorized, delayMs: 10 })
  const outcomes = await Promise.all(await inTwoBatches(rig))
  cluster.fault = () => undefined
  for (const error of outcomes) {
    assert.instance(error, DeliveryError)
    const { maybeWritten, topic, partition, cause: own } = error as DeliveryError
    assert.equal({ maybeWritten, topic, partition }, { maybeWritten: false, topic: 'orders', partition: 0 })
    const cause = error === outcomes[0] ? own : (own as OtherMessageError).cause
    assert.is((cause as BrokerError).reason, 'TOPIC_AUTHORIZATION_FAILED')
  }
  const { offset } = await cluster.settled(send('after'))
  assert.is(offset, 1n)
  assert.equal(rig.log.values, ['first', 'after'])
  assert.is(rig.log.batches.at(-1)!.baseSequence, 1)
})

test('who may have been written says so, those who were refused were not; the partition goes on with a new epoch', async () => {
  const rig = await setUp()
  const { cluster, producer, send } = rig
  const refused = { errorCode: notAuthorized }
  const attempts = [{ cut: 'after' as const, delayMs: 10 }, refused, refused]
  cluster.fault = (_, index) => attempts[index - 1]
  const cameBack = firstValueFrom(producer.events$.pipe(filter(({ type }) => type === 'retry')))
  const flying = [cluster.failure(send('b'))]
  await cluster.settled(cameBack)
  const waiting = cluster.failure(send('c'))
  const [b, c] = (await Promise.all([...flying, waiting])) as DeliveryError[]
  assert.equal([b!.maybeWritten, c!.maybeWritten], [true, false])
  await cluster.settled(send('after'))
  assert.equal(rig.log.values, ['first', 'b', 'after'])
  const { producerId, producerEpoch, baseSequence } = rig.log.batches.at(-1)!
  assert.equal([producerId, producerEpoch, baseSequence], [1000n, 1, 0])
})

for (const [errorAfter, name] of [
  [-1, 'UNKNOWN_SERVER_ERROR'],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  [7, 'REQUEST_TIMED_OUT'],
  [6, 'NOT_LEADER_OR_FOLLOWER'],
  [56, 'KAFKA_STORAGE_ERROR'],
] as const) {
  test(`a batch that ends with ${name} after it was written is not said to be unwritten`, async () => {
    const rig = await setUp({ deliveryTimeoutMs: 3000 })
    rig.cluster.fault = () => ({ errorAfter })
    const error = (await rig.cluster.failure(rig.send('b'))) as DeliveryError
    assert.is(error.maybeWritten, true)
    assert.equal(rig.log.values, ['first', 'b'])
  })
}

test('an answer that cannot be read leaves it open whether the batch was written', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  const peer = cluster.peers.get(1)!
  peer.on(Apis.Produce, ({ correlationId }, reply) => {
    const damaged = Buffer.alloc(20, 0xff)
    damaged.writeInt32BE(16, 0)
    damaged.writeInt32BE(correlationId, 4)
    reply.raw(damaged)
  })
  const error = (await cluster.failure(send('b'))) as DeliveryError
  assert.instance(error, DeliveryError)
  assert.is(error.maybeWritten, true)
})

test('a partition that the broker leaves out of its answer is not said to be unwritten', async () => {
  const rig = await setUp()
  rig.cluster.peers.get(1)!.answer(Apis.Produce, { responses: [] })
  const error = (await rig.cluster.failure(rig.send('b'))) as DeliveryError
  assert.is(error.maybeWritten, true)
  assert.match(String(error), 'left this partition out')
})

test('the delivery timeout ends retries that lead nowhere, saying how it went last', async () => {
  const rig = await setUp({ deliveryTimeoutMs: 5000 })
  const { cluster } = rig
  cluster.fault = () => ({ errorCode: 19 })
  const since = cluster.clock.monotonic()
  const b = (await cluster.failure(rig.send('b'))) as DeliveryError
  const took = cluster.clock.monotonic() - since
  assert.ok(took >= 4000 && took <= 5001)
  assert.instance(b.cause, TimeoutError)
  assert.is((b.cause as TimeoutError).deadline, 'delivery')
  assert.match(String(b), 'NOT_ENOUGH_REPLICAS')
  assert.is(b.maybeWritten, false)
  cluster.fault = () => undefined
  await cluster.settled(rig.send('after'))
  assert.equal(rig.log.values, ['first', 'after'])
})

test('the delivery timeout ends a wait for an answer, and the partition goes on behind it', async () => {
  const rig = await setUp({ deliveryTimeoutMs: 5000 })
  const { cluster, send } = rig
  cluster.fault = (_, index) => (index === 1 ? { delayMs: 8000 } : undefined)
  const since = cluster.clock.monotonic()
  const error = (await cluster.failure(send('b'))) as DeliveryError
  assert.is(cluster.clock.monotonic() - since, 5000)
  assert.is(error.maybeWritten, true)
  await cluster.settled(send('c'))
  assert.equal(rig.log.values, ['first', 'b', 'c'])
  const { producerId, producerEpoch } = rig.log.batches.at(-1)!
  assert.equal([producerId, producerEpoch], [1000n, 1])
})

test('the delivery timeout ends a wait for a broker that is away: surely not written', async () => {
  const rig = await setUp({ deliveryTimeoutMs: 5000 })
  const { cluster, send } = rig
  cluster.network.ignore('broker1:9092')
  cluster.cut(1)
  const since = cluster.clock.monotonic()
  const error = (await cluster.failure(send('b'))) as DeliveryError
  assert.is(error.maybeWritten, false)
  assert.ok(cluster.clock.monotonic() - since <= 5001)
})

test('a batch of several calls that is too large for the broker is split between calls, in order', async () => {
  const rig = await setUp()
  const { cluster, producer, send } = rig
  rig.log.maxBatchBytes = 400
  const value = (i: number) => `${i}`.padStart(50, '.')
  const sent = Array.from({ length: 20 }, (_, i) =>
    producer.sendMessages('orders', null, [value(i), `${i} too`]),
  )
  await cluster.clock.advance(1)
  const behind = send('behind')
  const receipts = await cluster.settled(Promise.all([...sent, behind]))
  const expected = sent.flatMap((_, i) => [value(i), `${i} too`])
  assert.equal(rig.log.values, ['first', ...expected, 'behind'])
  assert.equal(
    receipts.map(({ offset }) => offset),
    [...sent.map((_, i) => 1n + 2n * BigInt(i)), 41n],
  )
  assert.ok(rig.events.some(({ type }) => type === 'batch-split'))
  assert.not(rig.events.some(({ type }) => type === 'batch-failed'))
  const ids = new Set(rig.log.batches.map(({ producerId }) => producerId))
  assert.is(ids.size, 1)
})

test('a single call too large for the broker is its own error, and its neighbours are delivered', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  rig.log.maxBatchBytes = 400
  const before = send('before')
  const large = cluster.failure(send('x'.repeat(1000)))
  const after = send('after')
  await cluster.clock.advance(1)
  const behind = send('behind')
  const error = (await large) as DeliveryError
  assert.is((error.cause as BrokerError).reason, 'MESSAGE_TOO_LARGE')
  assert.is(error.maybeWritten, false)
  await cluster.settled(Promise.all([before, after, behind]))
  assert.equal(rig.log.values, ['first', 'before', 'after', 'behind'])
})

test('a batch that may have been written is not split but failed', async () => {
  const rig = await setUp()
  const { cluster, send } = rig
  const attempts = [{ isSwallowed: true }, { errorCode: 10 }]
  cluster.fault = (_, index) => attempts[index - 1]
  const errors = (await Promise.all([
    cluster.failure(send('b')),
    cluster.failure(send('c')),
  ])) as DeliveryError[]
  assert.equal(
    errors.map(({ maybeWritten }) => maybeWritten),
    [true, true],
  )
  assert.equal(rig.log.values, ['first', 'b', 'c'])
})

test('a call over maxBatchBytes is refused whole and at once', async () => {
  const { cluster, producer, log } = await setUp({ maxBatchBytes: 1000 })
  const error = await cluster.failure(producer.sendMessages('orders', null, ['a', Buffer.alloc(1000)]), 0)
  assert.instance(error, MessageTooLargeError)
  assert.match(String(error), 'maxBatchBytes')
  await cluster.settled(producer.flush())
  assert.equal(log.values, ['first'])
})

test('text is counted, not estimated, where the limit is near', async () => {
  const { cluster, producer } = await setUp({ maxBatchBytes: 1000 })
  await cluster.settled(producer.sendMessages('orders', null, ['x'.repeat(800)]))
  assert.instance(
    await cluster.failure(producer.sendMessages('orders', null, ['я'.repeat(800)])),
    MessageTooLargeError,
  )
})

test.run()
