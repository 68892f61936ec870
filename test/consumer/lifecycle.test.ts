import { config, firstValueFrom, retry, take, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  AlreadyRunningError,
  ArgumentError,
  ClosedError,
  Consumer,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  type Batch,
} from '../../src'
import { Apis } from '../../src/protocol'
import { numbered, Reading } from './reading'
import { ServedLog, topic } from './served-log'

/** Connections that fetches came on and that are still open. */
function openFetchConnections(served: ServedLog): number {
  return served.peers.reduce((sum, peer) => {
    const used = new Set(peer.of(Apis.Fetch).map(({ connection }) => connection))
    return sum + [...used].filter(connection => !peer.closed.includes(connection)).length
  }, 0)
}

for (const ms of [0, 1, 50, 700]) {
  test(`unsubscribing after ${ms} ms ends the fetch connections and delivers no more`, async () => {
    const served = await ServedLog.start()
    const reading = new Reading(served)
    await served.clock.advance(ms)
    reading.subscription.unsubscribe()
    await served.clock.advance(10)
    served.append(numbered(3))
    const fetches = served.fetches.length
    await served.clock.advance(10_000)
    assert.is(openFetchConnections(served), 0)
    assert.is(served.fetches.length, fetches)
    assert.is(reading.count, 0)
  })
}

test('unsubscribing inside next ends the deliveries with this one', async () => {
  const served = await ServedLog.start()
  served.append(numbered(100))
  const reading: Reading = new Reading(served, {
    maxBatchMessages: 10,
    each: () => reading.subscription.unsubscribe(),
  })
  await served.clock.advance(5000)
  assert.is(reading.batches.length, 1)
  assert.is(openFetchConnections(served), 0)
  assert.ok(reading.batches[0]!.signal.aborted)
})

test('take(1) gets one batch, which can be read afterwards', async () => {
  const served = await ServedLog.start()
  served.append(numbered(100))
  const consumer = new Consumer(served.client(), topic, { maxBatchMessages: 10 })
  const batches: Batch[] = []
  consumer
    .start(OFFSET_EARLIEST)
    .pipe(take(1))
    .subscribe(batch => batches.push(batch))
  await served.clock.advance(5000)
  assert.is(batches.length, 1)
  assert.is(batches[0]!.messages.length, 10)
})

test('a subscriber that throws does not stop the stream', async () => {
  const served = await ServedLog.start()
  served.append(numbered(20))
  const thrown: unknown[] = []
  const both = new Promise<void>(resolve => {
    config.onUnhandledError = error => void (thrown.push(error) === 2 && resolve())
  })
  const reading = new Reading(served, {
    maxBatchMessages: 10,
    each: ({ messages }) => {
      throw new Error(`from a subscriber of ${messages.length}`)
    },
  })
  await served.clock.until(() => reading.batches.length === 2)
  await both
  config.onUnhandledError = null
})

test('a second subscription is refused while the first is live', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  const error = await firstValueFrom(reading.consumer.start(OFFSET_EARLIEST)).catch(
    (thrown: unknown) => thrown,
  )
  assert.instance(error, AlreadyRunningError)
})

test('a later subscription waits for the last commit of the earlier one', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 4; i++) served.append(numbered(10, 10 * i))
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 10 })
  await served.clock.until(() => reading.batches.length === 4)
  let answer = (): void => undefined
  served.peers[0]!.on(Apis.OffsetCommit, ({ body }, reply) => {
    const { name, partitions } = body.topics[0]!
    const told = partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 0 }))
    answer = () => reply({ topics: [{ name, partitions: told }] })
  })
  reading.subscription.unsubscribe()
  await served.clock.advance(10)
  const before = served.fetches.length
  reading.subscribe()
  await served.clock.advance(3000)
  assert.is(served.peers[0]!.of(Apis.OffsetCommit).length, 1)
  assert.is(served.fetches.length, before)
  answer()
  await served.clock.until(() => served.fetches.length > before)
})

test('retry and repeat find the consumer free again', async () => {
  const served = await ServedLog.start()
  served.append(numbered(30))
  const consumer = new Consumer(served.client(), topic, {
    ack: 'manual',
    ackTimeoutMs: 1000,
    maxBatchMessages: 10,
  })
  const batches: Batch[] = []
  consumer
    .start(OFFSET_EARLIEST)
    .pipe(retry(1))
    .subscribe({ next: batch => batches.push(batch), error: () => undefined })
  await served.clock.until(() => batches.length === 2, 5000)
  assert.equal(
    batches.map(({ firstOffset }) => firstOffset),
    [0n, 0n],
  )
})

test('close waits for the batches in hand, commits them and completes the stream', async () => {
  const served = await ServedLog.start()
  served.append(numbered(100))
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 10, each: () => undefined })
  await served.clock.until(() => reading.batches.length === 1)
  let isClosed = false
  reading.consumer.close().subscribe({ complete: () => (isClosed = true) })
  await served.clock.advance(5000)
  assert.not(isClosed)
  assert.not(reading.isComplete)
  assert.not(reading.batches[0]!.signal.aborted)
  reading.batches[0]!.ack()
  await served.clock.until(() => isClosed, 1000)
  assert.ok(reading.isComplete)
  assert.is(served.committed.get(0), 10n)
  assert.is(reading.batches.length, 1)
  assert.is(openFetchConnections(served), 0)
})

test('close does not wait for ever', async () => {
  const served = await ServedLog.start()
  served.append(numbered(100))
  const reading = new Reading(served, { ack: 'manual', each: () => undefined })
  await served.clock.until(() => reading.batches.length === 1)
  reading.consumer.shutdown({ timeoutMs: 2000 })
  await served.clock.advance(2500)
  assert.ok(reading.isComplete)
  assert.equal(
    reading.of('close-timed-out').map(({ batches }) => batches),
    [1],
  )
  assert.ok(reading.batches[0]!.signal.aborted)
})

test('close lets operators give what they hold back', async () => {
  const served = await ServedLog.start()
  served.append(numbered(3))
  const consumer = new Consumer(served.client(), topic)
  let all: readonly Batch[] = []
  consumer
    .start(OFFSET_EARLIEST)
    .pipe(toArray())
    .subscribe(batches => (all = batches))
  await served.clock.advance(1000)
  consumer.close()
  await served.clock.advance(1000)
  assert.is(all.length, 1)
})

test('stop ends at once, even while close waits', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served, { ack: 'manual', each: () => undefined })
  await served.clock.until(() => reading.batches.length === 1)
  reading.consumer.close()
  await served.clock.advance(1000)
  assert.not(reading.isComplete)
  reading.consumer.stop()
  await served.clock.advance(0)
  assert.ok(reading.isComplete)
})

test('a close with bad options says so, and closes nothing', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  let error: unknown
  reading.consumer.close({ timeoutMs: NaN }).subscribe({ error: (e: unknown) => (error = e) })
  served.append(['a'])
  await served.clock.until(() => reading.count === 1)
  assert.match(String(error), /close option timeoutMs/)
  assert.not(reading.isComplete)
})

test('a closed consumer refuses to start, and says so', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  await served.clock.advance(100)
  reading.consumer.close()
  await served.clock.advance(100)
  const error = await firstValueFrom(reading.consumer.start(OFFSET_EARLIEST)).catch(
    (thrown: unknown) => thrown,
  )
  assert.instance(error, ClosedError)
  assert.match((error as Error).message, 'Consumer(orders)')
})

test('a closed client takes no consumer', async () => {
  const served = await ServedLog.start()
  const client = served.client()
  await served.clock.outcomeOf(client.close())
  assert.throws(
    () => new Consumer(client, 'orders'),
    (error: unknown) => error instanceof ClosedError,
  )
})

test('closing the client closes its consumers first, last commit included', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const client = served.client()
  const reading = new Reading(served, { client, groupId: 'billing' })
  await served.clock.until(() => reading.batches.length === 1)
  client.close()
  await served.clock.until(() => reading.isComplete, 1000)
  assert.is(served.committed.get(0), 10n)
})

test('what is no client is refused, by name', () => {
  for (const client of [undefined, {}, 'localhost:9092'])
    assert.throws(() => new Consumer(client as never, 'orders'), /^client: expected a KafkaClient/)
})

test('bad options and a bad topic are refused at construction', async () => {
  const client = (await ServedLog.start()).client()
  const bad: [string, object][] = [
    ['partitions', { partitions: [] }],
    ['partitions', { partitions: [1, 1] }],
    ['partitions', { partitions: [-1] }],
    ['ack', { ack: 'auto', groupId: 'billing' }],
    ['ack', { ack: 'sometimes' }],
    ['autoOffsetReset', { autoOffsetReset: 'best' }],
    ['maxBatchMessages', { maxBatchMessages: 0 }],
    ['maxWait', { maxWait: 1 }],
  ]
  for (const [name, options] of bad)
    assert.throws(
      () => new Consumer(client, topic, options),
      (error: Error) => error instanceof ArgumentError && error.argument === `consumer option ${name}`,
    )
  assert.throws(
    () => new Consumer(client, 'no such/name'),
    (error: Error) => error instanceof ArgumentError,
  )
})

test('a bad start is reported through the stream', async () => {
  const client = (await ServedLog.start()).client()
  const consumer = new Consumer(client, topic)
  for (const start of [-7, 1.5, 'earliest' as unknown as number, OFFSET_COMMITTED]) {
    const error = await firstValueFrom(consumer.start(start)).catch((thrown: unknown) => thrown)
    assert.instance(error, ArgumentError, String(start))
  }
})

test('close waits all its time for what is in hand, and what is done is committed before that is over', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  for (const partition of [0, 1]) served.append(numbered(10), { partition })
  const reading = new Reading(served, {
    groupId: 'billing',
    autoCommitIntervalMs: 0,
    each: batch => void (batch.partition === 0 && batch.ack()),
  })
  await served.clock.until(() => reading.batches.length === 2)
  served.network.delay(200)
  const began = served.clock.monotonic()
  await served.clock.outcomeOf(reading.consumer.close({ timeoutMs: 4000 }))
  assert.ok(served.clock.monotonic() - began >= 4000)
  assert.is(served.committed.get(0), 10n)
  assert.is(served.committed.get(1), undefined)
})

test.run()
