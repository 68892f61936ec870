import { mergeMap, take, type Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AlreadyRunningError, OFFSET_EARLIEST, type Batch, type PartitionBatches } from '../../../src'
import { numbered } from '../reading'
import { ServedLog } from '../served-log'
import { Watched } from '../watched'

async function servedBatches(batches: number, partitions: number): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++)
    for (let i = 0; i < batches; i++) served.append(numbered(10, 10 * i), { partition })
  return served
}

const partitionsOf = <T = PartitionBatches>(
  served: ServedLog,
  pipe: (partitions$: Observable<PartitionBatches>) => Observable<T>,
  options: object = {},
) => new Watched<T>(served, { maxBatchMessages: 10, ...options }, c => pipe(c.partitions$(OFFSET_EARLIEST)))

const asIs = (partitions$: Observable<PartitionBatches>) => partitions$

/** What a subscriber of one partition saw. */
function read(stream: Observable<Batch>) {
  const seen = { offsets: [] as bigint[], isComplete: false, error: undefined as unknown }
  const subscription = stream.subscribe({
    next: batch => {
      seen.offsets.push(batch.firstOffset)
      void batch.messages
    },
    error: (error: unknown) => (seen.error = error),
    complete: () => (seen.isComplete = true),
  })
  return Object.assign(seen, { subscription })
}

test('one stream for each partition, each with its own messages in their order', async () => {
  const served = await servedBatches(3, 3)
  const watched = partitionsOf(served, partitions$ => partitions$.pipe(mergeMap(one => one)))
  await served.clock.until(() => watched.values.length === 9)
  for (const partition of [0, 1, 2])
    assert.equal(
      watched.values.filter(batch => batch.partition === partition).map(({ firstOffset }) => firstOffset),
      [0n, 10n, 20n],
    )
})

test('a partition is asked for only while its stream is subscribed to, and an event tells of those that nobody reads', async () => {
  const served = await servedBatches(3, 2)
  const { values, of, consumer } = bound(partitionsOf(served, asIs))
  await served.clock.advance(1000)
  assert.equal(served.fetches.length, 0)
  assert.equal(
    values.map(({ topic, partition }) => `${topic}/${partition}`),
    ['orders/0', 'orders/1'],
  )
  const seen = read(values[1]!)
  await served.clock.until(() => seen.offsets.length === 3)
  const asked = served.fetches.flatMap(({ body }) => body.topics[0]!.partitions)
  assert.ok(asked.every(({ partition }) => partition === 1))
  assert.is(consumer.explain()[0]!.state, 'unread')
  await served.clock.advance(60_000)
  assert.equal(
    of('unread').map(({ at, ms }) => [at.partition, ms]),
    [
      [0, 30_000],
      [0, 60_000],
    ],
  )
  read(values[0]!)
  await served.clock.advance(60_000)
  assert.is(of('unread').length, 2)
})

test('unsubscribed from and subscribed to again, a stream goes on where it was', async () => {
  const served = await servedBatches(5, 1)
  const { values } = partitionsOf(served, asIs)
  await served.clock.advance(10)
  const first: bigint[] = []
  values[0]!.pipe(take(2)).subscribe({
    next: batch => {
      first.push(batch.firstOffset)
      void batch.messages
    },
    error: assert.unreachable,
  })
  await served.clock.advance(2000)
  const second = read(values[0]!)
  await served.clock.until(() => second.offsets.length === 3)
  assert.equal([...first, ...second.offsets], [0n, 10n, 20n, 30n, 40n])
})

test('a second subscriber of the same partition is refused, the first one goes on', async () => {
  const served = await servedBatches(1, 1)
  const { values } = partitionsOf(served, asIs)
  await served.clock.advance(10)
  const first = read(values[0]!)
  const second = read(values[0]!)
  assert.instance(second.error, AlreadyRunningError)
  assert.match(String(second.error), 'orders/0')
  await served.clock.until(() => first.offsets.length === 1)
})

test('when the whole is closed or left, every stream completes, also one subscribed to later', async () => {
  for (const end of ['close', 'unsubscribe'] as const) {
    const served = await servedBatches(1, 2)
    const { values, consumer, subscription } = partitionsOf(served, asIs)
    await served.clock.advance(10)
    const early = read(values[0]!)
    await served.clock.advance(100)
    if (end === 'close') consumer.close()
    else subscription.unsubscribe()
    await served.clock.advance(1000)
    assert.ok(early.isComplete)
    assert.ok(read(values[1]!).isComplete)
  }
})

test('an error of the subscription ends every stream of it', async () => {
  const served = await servedBatches(2, 2)
  served.fetchErrors.set(1, 29)
  const watched = partitionsOf(served, asIs)
  await served.clock.advance(10)
  const seen = watched.values.map(read)
  await served.clock.until(() => watched.error !== undefined)
  assert.match(String(watched.error), /TOPIC_AUTHORIZATION_FAILED/)
  assert.equal(
    seen.map(({ error }) => error),
    [watched.error, watched.error],
  )
})

test('a slow partition holds up no other', async () => {
  const served = await servedBatches(5, 2)
  const { values } = partitionsOf(served, asIs, { ack: 'manual' })
  await served.clock.advance(10)
  const slow: Batch[] = []
  values[0]!.subscribe({ next: batch => slow.push(batch), error: assert.unreachable })
  const seen: bigint[] = []
  values[1]!.subscribe({
    next: batch => {
      seen.push(batch.firstOffset)
      batch.ack()
    },
    error: assert.unreachable,
  })
  await served.clock.until(() => seen.length === 5)
  assert.is(slow.length, 1)
})

/** Its `of` without its owner. */
function bound<T>(watched: Watched<T>) {
  return { ...watched, values: watched.values, consumer: watched.consumer, of: watched.of.bind(watched) }
}

test.run()
