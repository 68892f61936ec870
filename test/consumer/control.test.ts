import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ArgumentError,
  Consumer,
  NotRunningError,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type PartitionOffset,
} from '../../src'
import { numbered, Reading } from './reading'
import { ServedLog, topic } from './served-log'

const at = (partition: number) => ({ topic, partition })

test('a paused partition is neither asked for nor delivered, and goes on where it was', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  const reading = new Reading(served, { from: OFFSET_EARLIEST })
  await served.clock.advance(100)
  reading.consumer.pause(at(1))
  // The long poll that was on its way has it too.
  await served.clock.advance(1000)
  const asked = served.fetches.length
  served.append(['a'], { partition: 0 })
  served.append(['b'], { partition: 1 })
  await served.clock.advance(2000)
  assert.equal(reading.values, ['a'])
  for (const { body } of served.fetches.slice(asked))
    assert.ok(body.topics.every(({ partitions }) => partitions.every(({ partition }) => partition === 0)))
  reading.consumer.resume()
  await served.clock.until(() => reading.count === 2)
  assert.equal(reading.values, ['a', 'b'])
})

test('what had arrived when a partition was paused is delivered when it is resumed', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 20; i++) served.append(numbered(10, 10 * i))
  const reading: Reading = new Reading(served, {
    maxBatchMessages: 10,
    each: batch => {
      batch.ack()
      reading.consumer.pause(batch)
    },
  })
  await served.clock.advance(1000)
  assert.is(reading.count, 10)
  served.logs[0] = []
  reading.consumer.resume(at(0))
  await served.clock.advance(10)
  assert.is(reading.count, 20)
})

test('seek goes on elsewhere, also to the ends of the log; what was delivered before is not committed any more', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 10; i++) served.append(numbered(10, 10 * i))
  const reading = new Reading(served, {
    groupId: 'billing',
    maxBatchMessages: 10,
    each: batch => void batch.messages,
  })
  await served.clock.until(() => reading.batches.length === 1)
  reading.consumer.seek(at(0), 50)
  reading.batches[0]!.ack()
  await served.clock.until(() => reading.batches.length === 2)
  assert.is(reading.batches[1]!.firstOffset, 50n)
  await served.clock.advance(10_000)
  assert.equal([...served.committed], [])
  reading.batches[1]!.ack()
  await served.clock.advance(10_000)
  assert.is(served.committed.get(0), 60n)
  reading.consumer.seek(at(0), OFFSET_LATEST)
  await served.clock.advance(1000)
  served.append(['new'])
  for (const batch of [...reading.batches]) batch.ack()
  await served.clock.until(() => reading.batches.at(-1)!.firstOffset === 100n)
})

test('a commit that waits when its partition is sought elsewhere ends, and stores nothing', async () => {
  const served = await ServedLog.start()
  served.append(numbered(30))
  const reading = new Reading(served, {
    groupId: 'billing',
    maxBatchMessages: 10,
    maxInFlightBatches: 2,
    each: () => undefined,
  })
  await served.clock.until(() => reading.batches.length === 2)
  let hasEnded = false
  reading.batches[1]!.commit().subscribe({ complete: () => (hasEnded = true) })
  await served.clock.advance(10)
  reading.consumer.seek(at(0), 0)
  await served.clock.until(() => hasEnded)
  assert.is(served.committed.get(0), undefined)
  assert.equal(
    reading.of('stale-ack').map(({ nextOffset }) => nextOffset),
    [20n],
  )
})

test('position is what is delivered next, lag what is missing to the end of the log', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served, { from: 2, maxBatchMessages: 3, groupId: 'g', each: () => undefined })
  const { consumer } = reading
  assert.is(consumer.position(at(0)), undefined)
  served.append(numbered(10))
  await served.clock.until(() => reading.batches.length === 1)
  assert.is(consumer.position(at(0)), 5n)
  assert.is(consumer.lag(at(0)), 5n)
  assert.is(consumer.position(at(7)), undefined)
})

test('explain says of each partition why it stands still', async () => {
  const served = await ServedLog.start({ partitions: 3 })
  for (let partition = 0; partition < 3; partition++)
    for (let i = 0; i < 3; i++) served.append(numbered(2), { partition })
  const reading = new Reading(served, {
    groupId: 'g',
    maxBatchMessages: 2,
    each: batch => void (batch.partition > 0 && batch.ack()),
  })
  await served.clock.until(() => reading.count === 14)
  reading.consumer.pause(at(1))
  await served.clock.advance(2000)
  const states = reading.consumer.explain().map(({ partition, state }) => [partition, state])
  assert.equal(Object.fromEntries(states), { 0: 'in-hand', 1: 'paused', 2: 'caught-up' })
  const [first] = reading.consumer.explain().filter(({ partition }) => partition === 0)
  assert.match(first!.reason, 'ack')
  assert.is(first!.position, 2n)
  assert.is(first!.inHand, 1)
})

test('a partition that has messages and does not move for a minute is told, with the reason', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 5; i++) served.append(numbered(2))
  const options = { groupId: 'g', ackTimeoutMs: 600_000, maxBatchMessages: 2, each: () => undefined }
  const reading = new Reading(served, options)
  await served.clock.advance(65_000)
  assert.is(reading.of('stalled').length, 0)
  await served.clock.advance(15_000)
  const [told] = reading.of('stalled')
  assert.is(told!.state, 'in-hand')
  assert.is(told!.lag, 8n)
  await served.clock.advance(60_000)
  assert.is(reading.of('stalled').length, 2)
  reading.batches[0]!.ack()
  await served.clock.advance(50_000)
  assert.is(reading.of('stalled').length, 2)
})

test('without a subscription, or for a partition that is not read, there is nothing to control', async () => {
  const served = await ServedLog.start()
  const consumer = new Consumer(served.client(), topic)
  assert.throws(
    () => consumer.pause(),
    (error: unknown) => error instanceof NotRunningError,
  )
  const reading = new Reading(served)
  await served.clock.advance(100)
  assert.throws(
    () => reading.consumer.seek(at(5), 0),
    (error: unknown) => error instanceof ArgumentError && error.message.includes('orders/0'),
  )
})

test('topics and partitions are chosen once each', async () => {
  const served = await ServedLog.start()
  const client = served.client()
  const wrong = [[], ['a', 'a'], ['a', at(0)].slice(0, 0), [at(0), at(0)], [at(-1)], ['no topic!'], [{}], 7]
  for (const topics of wrong)
    assert.throws(
      () => new Consumer(client, topics as string[]),
      (error: unknown) => error instanceof ArgumentError,
    )
  assert.throws(() => new Consumer(client, ['a', 'b'], { partitions: [1] }), /topic, partition/)
})

test('what is acked is stored every autoCommitIntervalMs and after autoCommitCount messages', async () => {
  const served = await ServedLog.start()
  const options = { groupId: 'g', maxBatchMessages: 10, autoCommitIntervalMs: 3000, autoCommitCount: 30 }
  const reading = new Reading(served, options)
  await served.clock.advance(100)
  served.append(numbered(20))
  await served.clock.advance(2500)
  assert.is(served.committed.get(0), undefined)
  await served.clock.advance(1000)
  assert.is(served.committed.get(0), 20n)
  served.append(numbered(10))
  await served.clock.until(() => reading.count === 30)
  await served.clock.advance(200)
  assert.is(served.committed.get(0), 20n)
  served.append(numbered(20))
  await served.clock.until(() => reading.count === 50)
  await served.clock.advance(200)
  assert.is(served.committed.get(0), 50n)
})

test('partitions that are added are read from their beginning, whatever the start was', async () => {
  const served = await ServedLog.start({ partitions: 1 })
  const client = served.client({ metadataMaxAgeMs: 1000 })
  const reading = new Reading(served, { client, from: OFFSET_LATEST })
  await served.clock.advance(500)
  served.logs.push([])
  served.leaders.push(1)
  served.epochs.push(0)
  served.append(['first'], { partition: 1 })
  await served.clock.until(() => reading.count === 1)
  assert.equal(reading.values, ['first'])
  assert.is(reading.batches[0]!.partition, 1)
})

test('partitions that are added go on where the group has committed', async () => {
  const served = await ServedLog.start({ partitions: 1 })
  served.committed.set(0, 0n)
  served.committed.set(1, 5n)
  const client = served.client({ metadataMaxAgeMs: 1000 })
  const reading = new Reading(served, { client, groupId: 'billing', from: OFFSET_COMMITTED })
  await served.clock.advance(500)
  served.logs.push([])
  served.leaders.push(1)
  served.epochs.push(0)
  served.append(numbered(10), { partition: 1 })
  await served.clock.until(() => reading.count > 0)
  assert.equal(reading.values, numbered(5, 5))
})

test('two consumers of one client share its memory: a slow one does not starve the other', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  const client = served.client({ maxFetchBufferBytes: 512 * 1024 })
  const value = 'x'.repeat(1000)
  for (let i = 0; i < 1500; i++) for (const partition of [0, 1]) served.append([value], { partition })
  const slow = new Reading(served, { client, partitions: [0], each: () => undefined })
  await served.clock.advance(5000)
  const quick = new Reading(served, { client, partitions: [1] })
  await served.clock.advance(5000)
  assert.is(quick.count, 1500)
  assert.ok(slow.count < 700, `${slow.count}`)
})

test('the ends of the log, offsets by time and what is stored can be asked for, of all partitions or of some', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  served.append(numbered(5))
  served.append(numbered(3), { partition: 1 })
  served.committed.set(0, 4n)
  const consumer = new Consumer(served.client(), topic, { groupId: 'g' })
  const asked = async (question: PromiseLike<readonly PartitionOffset[]>) => {
    let answer: readonly PartitionOffset[] | undefined
    void question.then(offsets => (answer = offsets))
    await served.clock.until(() => answer !== undefined)
    return Object.fromEntries(answer!.map(({ partition, offset }) => [partition, Number(offset)]))
  }
  assert.equal(await asked(consumer.endOffsets()), { 0: 5, 1: 3 })
  assert.equal(await asked(consumer.beginningOffsets(at(1))), { 1: 0 })
  assert.equal(await asked(consumer.committed()), { 0: 4 })
})

test('lag is told at once and then every second, until the consumer is closed', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  await served.clock.advance(700)
  const told: string[] = []
  let isComplete = false
  reading.consumer.lag$.subscribe({
    next: lags => told.push(lags.map(({ position, lag }) => `${position}+${lag}`).join()),
    complete: () => (isComplete = true),
  })
  await served.clock.advance(500)
  served.append(numbered(4))
  await served.clock.advance(1000)
  assert.equal(told, ['0+0', '4+0'])
  reading.consumer.close().subscribe()
  await served.clock.until(() => isComplete)
})

test.run()
