import { mergeMap, Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, Consumer, OFFSET_EARLIEST, type Batch } from '../../src'
import { numbered, Reading } from './reading'
import { ServedLog, topic } from './served-log'
import { Watched } from './watched'

const at0 = { topic, partition: 0 }
const byHand = { ack: 'manual', groupId: 'billing', maxBatchMessages: 10, each: () => undefined } as const

/** So many batches of 10 messages in each partition. */
async function servedBatches(batches: number, partitions = 1): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++) {
    served.committed.set(partition, 0n)
    for (let i = 0; i < batches; i++) served.append(numbered(10, 10 * i), { partition })
  }
  return served
}

const firstOffsets = (batches: readonly Batch[]): readonly bigint[] =>
  batches.map(({ firstOffset }) => firstOffset)

test('a batch that is nacked comes again after its pause, as another one, before all behind it', async () => {
  const served = await servedBatches(3)
  const reading = new Reading(served, byHand)
  const { batches } = reading
  await served.clock.advance(1000)
  batches[0]!.nack({ delayMs: 500 })
  const events = reading.events.filter(({ type }) => type === 'nacked')
  assert.equal(events, [{ type: 'nacked', at: at0, firstOffset: 0n, batches: 1, delayMs: 500 }])
  const [explained] = reading.consumer.explain()
  assert.equal([explained!.state, explained!.inHand, explained!.position], ['nacked', 0, 0n])
  await served.clock.advance(499)
  assert.is(batches.length, 1)
  await served.clock.advance(1)
  assert.equal(firstOffsets(batches), [0n, 0n])
  assert.is.not(batches[1], batches[0])
  assert.equal(reading.consumer.explain()[0]!.state, 'in-hand')
  for (const at of [1, 2, 3]) {
    batches[at]!.ack()
    await served.clock.advance(10)
  }
  assert.equal(firstOffsets(batches), [0n, 0n, 10n, 20n])
})

test('what was delivered behind it and is not acked comes again too, in order; what is acked does not', async () => {
  const served = await servedBatches(5)
  const reading = new Reading(served, { ...byHand, maxInFlightBatches: 4 })
  const { batches } = reading
  await served.clock.advance(1000)
  assert.equal(firstOffsets(batches), [0n, 10n, 20n, 30n])
  batches[2]!.ack()
  batches[1]!.nack({ delayMs: 100 })
  assert.is(reading.of('nacked')[0]!.batches, 2)
  await served.clock.advance(1000)
  assert.equal(firstOffsets(batches.slice(4)), [10n, 30n, 40n])
})

test('nothing of the partition is delivered in the pause; of others it is', async () => {
  const served = await servedBatches(3, 2)
  const reading = new Reading(served, byHand)
  const { batches } = reading
  await served.clock.advance(1000)
  const of = (partition: number) => batches.filter(batch => batch.partition === partition)
  of(0)[0]!.nack({ delayMs: 5000 })
  of(1)[0]!.ack()
  await served.clock.advance(4999)
  assert.equal([of(0).length, of(1).length], [1, 2])
  await served.clock.advance(1)
  assert.equal(firstOffsets(of(0)), [0n, 0n])
})

test('acks of what came back count for nothing, as an event tells, and no commit passes it', async () => {
  const served = await servedBatches(3)
  const reading = new Reading(served, { ...byHand, maxInFlightBatches: 3 })
  const { batches } = reading
  await served.clock.advance(1000)
  batches[0]!.ack()
  batches[1]!.nack({ delayMs: 100 })
  batches[1]!.ack()
  batches[2]!.ack()
  assert.equal(
    reading.of('stale-ack').map(({ nextOffset }) => nextOffset),
    [20n, 30n],
  )
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 10n)
  for (const batch of batches.slice(3)) batch.ack()
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 30n)
})

test('commit of what came back stores nothing, as an event tells; one that waits for it is done when it is', async () => {
  const served = await servedBatches(2)
  const reading = new Reading(served, { ...byHand, maxInFlightBatches: 2 })
  const { batches } = reading
  await served.clock.advance(1000)
  let isStored = false
  void batches[1]!.commit().then(() => (isStored = true))
  batches[0]!.nack({ delayMs: 100 })
  await served.clock.outcomeOf(batches[0]!.commit())
  assert.equal(
    reading.of('stale-ack').map(({ nextOffset }) => nextOffset),
    [10n],
  )
  await served.clock.advance(6000)
  assert.is(isStored, false)
  assert.equal(firstOffsets(batches.slice(2)), [0n])
  batches[2]!.ack()
  await served.clock.advance(100)
  assert.is(isStored, true)
  assert.is(served.committed.get(0), 20n)
})

test('the pause grows by default while nothing is acked, and is short again afterwards', async () => {
  const served = await servedBatches(2)
  let nacks = 5
  const reading = new Reading(served, {
    ...byHand,
    client: served.client({ retryBackoffMs: 100, retryBackoffMaxMs: 400 }),
    each: batch => (nacks-- > 0 ? batch.nack() : batch.ack()),
  })
  await served.clock.advance(10_000)
  const pauses = reading.of('nacked').map(({ delayMs }) => delayMs)
  const expected = [100, 200, 400, 400, 400]
  assert.is(pauses.length, 5)
  pauses.forEach((ms, i) => assert.ok(ms >= 0.8 * expected[i]! && ms <= 1.2 * expected[i]!, `${ms}`))
  nacks = 1
  served.append(['another'])
  await served.clock.advance(1000)
  assert.ok(reading.of('nacked').at(-1)!.delayMs <= 120)
})

test('a batch that is nacked twice comes again once; one that is acked, or is read with ack auto, does not', async () => {
  const served = await servedBatches(1)
  const { batches, events } = new Reading(served, byHand)
  await served.clock.advance(1000)
  batches[0]!.nack({ delayMs: 100 })
  batches[0]!.nack({ delayMs: 9000 })
  await served.clock.advance(1000)
  assert.is(batches.length, 2)
  batches[1]!.ack()
  batches[1]!.nack()
  await served.clock.advance(1000)
  assert.is(batches.length, 2)
  assert.is(events.filter(({ type }) => type === 'nacked').length, 1)
  const auto = new Reading(served, { each: batch => void (batch.messages, batch.nack()) })
  await served.clock.advance(1000)
  assert.is(auto.batches.length, 1)
})

test('a batch that was redelivered may be nacked again, also one before those that wait', async () => {
  const served = await servedBatches(3)
  const { batches } = new Reading(served, { ...byHand, maxInFlightBatches: 3 })
  await served.clock.advance(1000)
  batches[1]!.nack({ delayMs: 1000 })
  await served.clock.advance(500)
  batches[0]!.nack({ delayMs: 1000 })
  await served.clock.advance(999)
  assert.is(batches.length, 3)
  await served.clock.advance(1)
  assert.equal(firstOffsets(batches.slice(3)), [0n, 10n, 20n])
})

test('a delay that is no time is refused', async () => {
  const served = await servedBatches(1)
  const { batches } = new Reading(served, byHand)
  await served.clock.advance(1000)
  for (const delayMs of [-1, 0.5, NaN, '5' as never])
    try {
      batches[0]!.nack({ delayMs })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, ArgumentError)
      assert.match((error as Error).message, 'nack option delayMs')
    }
  assert.is(batches[0]!.count, 10)
})

test('a seek in the pause goes on there at once', async () => {
  const served = await servedBatches(3)
  const { batches, consumer } = new Reading(served, byHand)
  await served.clock.advance(1000)
  batches[0]!.nack({ delayMs: 60_000 })
  consumer.seek(at0, 20n)
  await served.clock.advance(1000)
  assert.equal(firstOffsets(batches), [0n, 20n])
  batches[1]!.ack()
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 30n)
})

test('what was delivered before a seek and is nacked after it does not come again, but makes room', async () => {
  const served = await servedBatches(3)
  const { batches, consumer } = new Reading(served, byHand)
  await served.clock.advance(1000)
  consumer.seek(at0, 20n)
  await served.clock.advance(1000)
  assert.is(batches.length, 1)
  batches[0]!.nack({ delayMs: 100 })
  await served.clock.advance(1000)
  assert.equal(firstOffsets(batches), [0n, 20n])
})

test('pause and resume do not shorten the pause of a nack', async () => {
  const served = await servedBatches(1)
  const { batches, consumer } = new Reading(served, byHand)
  await served.clock.advance(1000)
  batches[0]!.nack({ delayMs: 1000 })
  consumer.pause()
  consumer.resume()
  await served.clock.advance(999)
  assert.is(batches.length, 1)
  consumer.pause()
  await served.clock.advance(1000)
  assert.is(batches.length, 1)
  consumer.resume()
  await served.clock.advance(1)
  assert.is(batches.length, 2)
})

test('close does not wait for what was nacked, and commits what is done before it', async () => {
  const served = await servedBatches(3)
  const reading = new Reading(served, { ...byHand, maxInFlightBatches: 2 })
  await served.clock.advance(1000)
  reading.batches[0]!.ack()
  reading.batches[1]!.nack({ delayMs: 60_000 })
  const before = served.clock.now()
  await served.clock.outcomeOf(reading.consumer.close().then(() => undefined))
  assert.ok(served.clock.now() - before < 1000)
  assert.ok(reading.isComplete)
  assert.is(served.committed.get(0), 10n)
  reading.batches[1]!.nack()
  await served.clock.advance(60_000)
  assert.is(reading.count, 20)
})

for (const isNackedFirst of [true, false])
  test(`no timer is left of what is nacked ${isNackedFirst ? 'before' : 'after'} stop`, async () => {
    const served = await servedBatches(1)
    const client = served.client()
    const { batches, consumer } = new Reading(served, { ...byHand, client })
    await served.clock.advance(1000)
    const nack = (): void => batches[0]!.nack({ delayMs: 3_600_000 })
    if (isNackedFirst) nack()
    await served.clock.outcomeOf(consumer.stop().then(() => undefined))
    if (!isNackedFirst) nack()
    await served.clock.outcomeOf(client.close().then(() => undefined))
    await served.clock.advance(60_000)
    assert.is(served.clock.pending, 0)
  })

test('a batch in hand that is nacked while close waits is waited for no longer', async () => {
  const served = await servedBatches(1)
  const client = served.client()
  const reading = new Reading(served, { ...byHand, client })
  await served.clock.advance(1000)
  void reading.consumer.close()
  await served.clock.advance(100)
  assert.is(reading.isComplete, false)
  reading.batches[0]!.nack({ delayMs: 3_600_000 })
  await served.clock.advance(100)
  assert.ok(reading.isComplete)
  await served.clock.outcomeOf(client.close().then(() => undefined))
  await served.clock.advance(60_000)
  assert.is(served.clock.pending, 0)
  assert.is(served.committed.get(0), 0n)
})

test('batches that come again hold their memory once: however often they do, reading goes on within its bytes', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 40; i++) served.append(['x'.repeat(40_000)])
  let most = 0
  const reading = new Reading(served, {
    ...byHand,
    maxFetchBufferBytes: 256 * 1024,
    maxInFlightBatches: 3,
    each: batch => (reading.batches.length % 3 === 0 ? batch.nack({ delayMs: 10 }) : batch.ack()),
  })
  for (let i = 0; i < 100; i++) {
    await served.clock.advance(50)
    most = Math.max(most, reading.consumer.explain()[0]!.bufferedBytes)
  }
  await served.clock.advance(20_000)
  assert.is(served.committed.get(0), 40n)
  assert.ok(most <= 256 * 1024, `${most}`)
})

test('process: a handler that nacks its batch is not done, whatever it answers; the batch comes again', async () => {
  const served = await servedBatches(2)
  let isWell = false
  const work = new Watched(served, { groupId: 'billing', maxBatchMessages: 10 }, consumer =>
    consumer.process(batch => {
      if (!isWell) batch.nack({ delayMs: 1000 })
    }),
  )
  await served.clock.advance(2500)
  assert.equal(work.values, [])
  assert.is(work.of('nacked').length, 3)
  assert.is(work.of('stale-ack').length, 0)
  isWell = true
  await served.clock.advance(10_000)
  assert.equal(
    work.values.map(({ offset }) => offset),
    [0n, 10n],
  )
  assert.is(served.committed.get(0), 20n)
})

for (const [how, answer] of [
  ['a rejection', () => Promise.reject(new Error('later'))],
  [
    'a throw',
    () => {
      throw new Error('then')
    },
  ],
] as const) {
  test(`process: after a nack ${how} of the handler counts for nothing`, async () => {
    const served = await servedBatches(1)
    let calls = 0
    const work = new Watched(served, { groupId: 'billing' }, consumer =>
      consumer.process(batch => {
        if (calls++ > 0) return undefined
        batch.nack({ delayMs: 100 })
        return answer()
      }),
    )
    await served.clock.advance(6000)
    assert.is(work.error, undefined)
    assert.is(calls, 2)
    assert.is(served.committed.get(0), 10n)
  })
}

test('process: after a nack the Observable that the handler answers is unsubscribed from', async () => {
  const served = await servedBatches(1)
  let open = 0
  const forever = new Observable<never>(() => {
    open++
    return () => open--
  })
  let calls = 0
  new Watched(served, { groupId: 'billing' }, consumer =>
    consumer.process(batch => {
      const nack = (): void => batch.nack({ delayMs: 1000 })
      if (++calls === 1) nack()
      else if (calls === 2) served.clock.after(100, nack)
      return forever
    }),
  )
  await served.clock.advance(500)
  assert.equal([calls, open], [1, 0])
  await served.clock.advance(550)
  assert.equal([calls, open], [2, 1])
  await served.clock.advance(500)
  assert.equal([calls, open], [2, 0])
})

test('process: onError may nack what failed', async () => {
  const served = await servedBatches(1)
  let calls = 0
  const work = new Watched(served, { groupId: 'billing' }, consumer =>
    consumer.process(
      () => {
        if (calls++ < 2) throw new Error('not yet')
      },
      { onError: batch => batch.nack({ delayMs: 100 }) },
    ),
  )
  await served.clock.advance(6000)
  assert.is(work.error, undefined)
  assert.equal(
    work.values.map(({ offset }) => offset),
    [0n],
  )
  assert.is(calls, 3)
})

test('for await: asking for the next batch after a nack does not ack, and gives another partition, then that one again', async () => {
  const served = await servedBatches(1, 2)
  const consumer = new Consumer(served.client(), topic, { groupId: 'billing', autoOffsetReset: 'earliest' })
  const stale: unknown[] = []
  consumer.events$.subscribe(event => event.type === 'stale-ack' && stale.push(event))
  const seen: string[] = []
  const loop = (async () => {
    for await (const batch of consumer) {
      seen.push(`${batch.partition}/${batch.firstOffset}`)
      if (seen.length === 1) batch.nack({ delayMs: 1000 })
      if (seen.length === 3) void consumer.close()
    }
  })()
  await served.clock.outcomeOf(loop)
  assert.equal(seen, ['0/0', '1/0', '0/0'])
  assert.equal(stale, [])
  assert.equal([served.committed.get(0), served.committed.get(1)], [10n, 10n])
})

test('partitions$: the stream of the partition gets it again', async () => {
  const served = await servedBatches(2)
  const seen: bigint[] = []
  const work = new Watched(served, { ack: 'manual', maxBatchMessages: 10 }, consumer =>
    consumer.partitions$(OFFSET_EARLIEST).pipe(mergeMap(batches$ => batches$)),
  )
  await served.clock.advance(1000)
  work.values[0]!.nack({ delayMs: 100 })
  await served.clock.advance(1000)
  work.values[1]!.ack()
  await served.clock.advance(1000)
  seen.push(...firstOffsets(work.values))
  assert.equal(seen, [0n, 0n, 10n])
})

test('what came back is delivered again though its log was truncated meanwhile; commits go on', async () => {
  const served = await ServedLog.start({ brokers: 2 })
  served.committed.set(0, 0n)
  served.append(['a'])
  served.append(['b'])
  const reading = new Reading(served, { ...byHand, maxBatchMessages: 1, maxInFlightBatches: 2 })
  await served.clock.advance(1000)
  reading.batches[0]!.ack()
  reading.batches[1]!.nack({ delayMs: 20_000 })
  served.truncateFrom(1n)
  served.moveLeader(0, 2)
  served.append(['other'])
  await served.clock.advance(30_000)
  assert.is(reading.of('truncated').length, 1)
  for (const batch of reading.batches.slice(2)) batch.ack()
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 2n)
})

test.run()
