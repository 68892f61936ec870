import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, ClosedError, DeliveryError, TimeoutError } from '../../src/kernel'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const client = cluster.client()
  const producer = new Producer(client, options)
  const events: ProducerEvent[] = []
  let areOver = false
  producer.events$.subscribe({ next: event => events.push(event), complete: () => void (areOver = true) })
  const send = (value: string) => producer.send({ topic: 'orders', partition: 0, value })
  return { cluster, client, log: partition!.log, producer, events, areOver: () => areOver, send }
}

test('close sends what was accepted, without waiting for company, and ends then', async () => {
  const { cluster, producer, send, log, areOver } = await setUp({ bufferTime: 60_000 })
  const sent = ['a', 'b'].map(send)
  const since = cluster.clock.monotonic()
  await cluster.settled(producer.close())
  assert.ok(cluster.clock.monotonic() - since < 1000)
  assert.equal(log.values, ['a', 'b'])
  await cluster.settled(Promise.all(sent), 0)
  assert.ok(areOver())
})

test('close({ timeoutMs }) fails what has not ended by then', async () => {
  const { cluster, producer, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ isSwallowed: true })
  const inFlight = send('a')
  await cluster.clock.advance(1)
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  const behind = send('b')
  const unknown = producer.send({ topic: 'unknown', value: 'c' })
  const since = cluster.clock.monotonic()
  const closed = producer.close({ timeoutMs: 3000 })
  const outcomes = await cluster.settled(Promise.allSettled([inFlight, behind, unknown]))
  assert.is(cluster.clock.monotonic() - since, 3000)
  const [a, b, c] = outcomes.map(outcome =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined,
  )
  assert.instance(a, DeliveryError)
  assert.is((a as DeliveryError).maybeWritten, true)
  assert.is((b as DeliveryError).maybeWritten, false)
  assert.instance((a as DeliveryError).cause, TimeoutError)
  assert.instance(c, TimeoutError)
  await cluster.settled(closed, 10)
})

test('ready and flush of a closed producer fail with ClosedError, and so does a producer of a closed client', async () => {
  const { cluster, client, producer, send } = await setUp()
  const sent = send('a')
  const before = producer.flush()
  const closed = producer.close()
  for (const late of [producer.ready(), producer.flush(), send('b')])
    assert.instance(await cluster.failure(late, 0), ClosedError)
  await cluster.settled(Promise.all([sent, before, closed]))
  for (const late of [producer.ready(), producer.flush()])
    assert.instance(await cluster.failure(late, 0), ClosedError)
  const ending = client.close()
  for (const _ of ['closing', 'closed']) {
    assert.throws(
      () => new Producer(client),
      (error: unknown) => error instanceof ClosedError,
    )
    await cluster.settled(ending)
  }
})

test('stop ends at once, and what was not delivered fails', async () => {
  const { cluster, producer, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ delayMs: 100 })
  const sent = send('a')
  await cluster.clock.advance(1)
  const since = cluster.clock.monotonic()
  await cluster.settled(producer.stop())
  assert.is(cluster.clock.monotonic(), since)
  const error = (await cluster.failure(sent)) as DeliveryError
  assert.is(error.maybeWritten, true)
  assert.instance(error.cause, ClosedError)
})

test('stop ends a close that still waits', async () => {
  const { cluster, producer, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ isSwallowed: true })
  const sent = send('a')
  const closed = producer.close()
  await cluster.clock.advance(100)
  const since = cluster.clock.monotonic()
  await cluster.settled(Promise.all([producer.stop(), closed]))
  assert.is(cluster.clock.monotonic(), since)
  assert.instance(await cluster.failure(sent), DeliveryError)
})

test('a close with bad options says so, and closes nothing', async () => {
  const { cluster, producer, send } = await setUp()
  const error = await cluster.settled(producer.close({ timeoutMs: -1 }).catch((e: unknown) => e))
  assert.instance(error, ArgumentError)
  assert.match(String(error), /timeoutMs/)
  await cluster.settled(send('a'))
})

test('sends after close fail with ClosedError', async () => {
  const { cluster, producer, send } = await setUp()
  const closed = producer.close()
  assert.instance(await cluster.failure(send('a'), 0), ClosedError)
  await cluster.settled(closed)
  assert.instance(await cluster.failure(producer.sendMessages('orders', null, ['a']), 0), ClosedError)
  await cluster.settled(producer.close(), 0)
})

test('closing the client closes its producers first: what was accepted is sent', async () => {
  const { cluster, client, send, log } = await setUp({ bufferTime: 1000 })
  // Nothing is known yet: neither the topic nor a producer id.
  const sent = [send('a'), send('b')]
  await cluster.settled(client.close())
  await cluster.settled(Promise.all(sent), 0)
  assert.equal(log.values, ['a', 'b'])
  assert.instance(await cluster.failure(send('c'), 0), ClosedError)
})

test('stopping the client stops its producers', async () => {
  const { cluster, client, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ isSwallowed: true })
  const sent = cluster.failure(send('a'))
  await cluster.clock.advance(1)
  await cluster.settled(client.stop())
  assert.instance(await sent, DeliveryError)
})

test('a producer that is closed leaves the client and its other producers alone', async () => {
  const { cluster, client, producer, send, log } = await setUp()
  await cluster.settled(send('a'))
  await cluster.settled(producer.close())
  const other = new Producer(client)
  await cluster.settled(other.send({ topic: 'orders', value: 'b' }))
  assert.equal(log.values, ['a', 'b'])
})

test('no timers are left behind by close, whatever was under way', async () => {
  const { cluster, client, producer, send } = await setUp({ bufferTime: 50 })
  await cluster.settled(send('first'))
  const idle = cluster.clock.pending
  await cluster.settled(Promise.all([send('a'), producer.flush(), producer.close()]))
  await cluster.clock.advance(1)
  assert.ok(cluster.clock.pending <= idle)
  await cluster.settled(client.close())
  await cluster.clock.advance(1)
  assert.is(cluster.clock.pending, 0)
})

test('no timers are left behind by stop, with requests, unknown topics and producer ids under way', async () => {
  const { cluster, client, producer, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ isSwallowed: true })
  const other = new Producer(client)
  const sent = [
    send('a'),
    producer.send({ topic: 'unknown', value: 'b' }),
    other.send({ topic: 'orders', value: 'c' }),
    other.send({ topic: 'unknown', value: 'd' }),
  ].map(delivery => delivery.catch((error: unknown) => error))
  await cluster.clock.advance(500)
  await cluster.settled(Promise.all([producer.stop(), other.stop()]))
  await cluster.settled(Promise.all(sent))
  await cluster.settled(client.close())
  await cluster.clock.advance(1)
  assert.is(cluster.clock.pending, 0)
})

test.run()
