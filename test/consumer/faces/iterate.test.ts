import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AlreadyRunningError, BrokerError, Consumer, type Batch, type ConsumerEvent } from '../../../src'
import { numbered } from '../reading'
import { ServedLog, topic } from '../served-log'

const at0 = { topic, partition: 0 }

async function start(batches = 5, options: object = {}) {
  const served = await ServedLog.start()
  served.committed.set(0, 0n)
  for (let i = 0; i < batches; i++) served.append(numbered(10, 10 * i))
  const consumer = new Consumer(served.client(), topic, {
    groupId: 'billing',
    maxBatchMessages: 10,
    ...options,
  })
  const events: ConsumerEvent[] = []
  consumer.events$.subscribe(event => void events.push(event))
  return { served, consumer, events, clock: served.clock }
}

const offsetOf = ({ value }: IteratorResult<Batch>): bigint => (value as Batch).firstOffset

test('reads from the first next on, and asking for the next batch acks the one before', async () => {
  const { served, consumer, clock } = await start()
  const batches = consumer[Symbol.asyncIterator]()
  await clock.advance(6000)
  assert.is(served.fetches.length, 0)
  assert.is(offsetOf(await clock.outcomeOf(batches.next())), 0n)
  await clock.advance(6000)
  assert.is(served.committed.get(0), 0n)
  assert.is(offsetOf(await clock.outcomeOf(batches.next())), 10n)
  await clock.advance(6000)
  assert.is(served.committed.get(0), 10n)
})

test('for await goes through all; one batch is out at a time', async () => {
  const { consumer, clock, served } = await start()
  const seen: bigint[] = []
  const work = (async () => {
    for await (const batch of consumer) {
      assert.is(consumer.explain()[0]!.inHand, 1)
      await new Promise<void>(resolve => clock.after(100, resolve))
      seen.push(batch.firstOffset)
      if (seen.length === 5) void consumer.close()
    }
  })()
  await clock.outcomeOf(work)
  assert.equal(seen, [0n, 10n, 20n, 30n, 40n])
  assert.is(served.committed.get(0), 50n)
})

for (const [how, leave] of [
  ['break', () => undefined],
  [
    'a throw',
    () => {
      throw new Error('from the body')
    },
  ],
] as const)
  test(`${how} leaves, and does not ack the batch; those before it are committed`, async () => {
    const { consumer, clock, served } = await start()
    const work = (async () => {
      for await (const { firstOffset } of consumer)
        if (firstOffset === 20n) {
          leave()
          break
        }
    })().catch((error: unknown) => error)
    const outcome = await clock.outcomeOf(work)
    assert.is(String(outcome), how === 'break' ? 'undefined' : 'Error: from the body')
    await clock.advance(1000)
    assert.is(served.committed.get(0), 20n)
    const fetches = served.fetches.length
    await clock.advance(10_000)
    assert.is(served.fetches.length, fetches)
  })

test('after a break reading goes on with the batch that was not acked', async () => {
  const { consumer, clock } = await start()
  const seen: bigint[] = []
  const readSome = async (count: number) => {
    for await (const { firstOffset } of consumer) if ((seen.push(firstOffset), --count === 0)) break
  }
  await clock.outcomeOf(readSome(3))
  await clock.outcomeOf(readSome(2))
  assert.equal(seen, [0n, 10n, 20n, 20n, 30n])
})

test('the loop is over when what was acked is committed', async () => {
  const { consumer, clock, served } = await start(3, { autoCommitIntervalMs: 0 })
  served.network.delay(50)
  const work = (async () => {
    for await (const batch of consumer) {
      if (batch.firstOffset === 10n) break
    }
    return served.committed.get(0)
  })()
  assert.is(await clock.outcomeOf(work), 10n)
})

test('return while a next waits ends that one too, and nothing comes afterwards', async () => {
  const { consumer, clock, served } = await start(0)
  const batches = consumer[Symbol.asyncIterator]()
  const waiting = batches.next()
  await clock.advance(100)
  await batches.return!()
  assert.ok((await clock.outcomeOf(waiting)).done)
  served.append(numbered(10))
  await clock.advance(1000)
  assert.ok((await batches.next()).done)
})

test('what was delivered ahead and not asked for is not given after return', async () => {
  const { consumer, clock } = await start()
  const batches = consumer[Symbol.asyncIterator]()
  const waiting = batches.next()
  await clock.outcomeOf(waiting)
  await batches.return!()
  assert.ok((await batches.next()).done)
})

test('an error of the subscription rejects the next that waits, and later ones', async () => {
  const { consumer, clock, served } = await start()
  served.fetchErrors.set(0, 29)
  const batches = consumer[Symbol.asyncIterator]()
  const error = await clock.outcomeOf(batches.next().catch((thrown: unknown) => thrown))
  assert.instance(error, BrokerError)
  assert.is(await batches.next().catch((thrown: unknown) => thrown), error)
})

test('a second loop at the same time is refused', async () => {
  const { consumer, clock } = await start()
  await clock.outcomeOf(consumer[Symbol.asyncIterator]().next())
  const second = await consumer[Symbol.asyncIterator]()
    .next()
    .catch((error: unknown) => error)
  assert.instance(second, AlreadyRunningError)
})

test('two nexts at a time are refused, and the first one still gets its batch', async () => {
  const { consumer, clock } = await start()
  const batches = consumer[Symbol.asyncIterator]()
  const first = batches.next()
  assert.match(String(await batches.next().catch((error: unknown) => error)), /next\(\) was called/)
  assert.is(offsetOf(await clock.outcomeOf(first)), 0n)
})

test('close ends the loop once its body is done, and that is committed', async () => {
  const { consumer, clock, served } = await start()
  const seen: bigint[] = []
  const work = (async () => {
    for await (const batch of consumer) {
      await new Promise<void>(resolve => clock.after(3000, resolve))
      seen.push(batch.firstOffset)
    }
  })()
  await clock.advance(1000)
  consumer.close()
  await clock.outcomeOf(work)
  assert.equal(seen, [0n])
  assert.is(served.committed.get(0), 10n)
})

test('an iterator that is forgotten holds one batch, and events say so', async () => {
  const { consumer, clock, events } = await start()
  await clock.outcomeOf(consumer[Symbol.asyncIterator]().next())
  await clock.advance(65_000)
  assert.is(consumer.explain()[0]!.inHand, 1)
  assert.equal(
    events.filter(({ type }) => type === 'ack-stalled').length,
    2,
    'one each ackTimeoutMs, since more waits',
  )
  assert.is(consumer.position(at0), 10n)
})

test('without a groupId it acks in the same way, and reads from autoOffsetReset on', async () => {
  const { consumer, clock } = await start(3, { groupId: undefined, autoOffsetReset: 'earliest' })
  const batches = consumer[Symbol.asyncIterator]()
  assert.is(offsetOf(await clock.outcomeOf(batches.next())), 0n)
  await clock.advance(1000)
  assert.is(consumer.position(at0), 10n)
  assert.is(offsetOf(await clock.outcomeOf(batches.next())), 10n)
})

test.run()
