import { mergeMap, take } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Consumer } from '../../src'
import { numbered, Reading } from './reading'
import { ServedLog, topic } from './served-log'
import { Watched } from './watched'

const kilobyte = 'x'.repeat(1000)
/** Far more than the memory of its client holds at a time. */
const large = Array.from({ length: 20 }, (_, i) => `${i}${'x'.repeat(20_000)}`)

/** Two partitions that always have something. */
async function backlog() {
  const served = await ServedLog.start({ partitions: 2 })
  for (const partition of [0, 1])
    for (let i = 0; i < 500; i++)
      served.append(
        numbered(10, 10 * i).map(value => value + kilobyte),
        { partition },
      )
  const { clock } = served
  const consumer = new Consumer(served.client(), topic, { maxBatchMessages: 10, autoOffsetReset: 'earliest' })
  const seen: number[] = []
  const work = (partition: number) => {
    seen.push(partition)
    return new Promise<void>(resolve => clock.after(10, resolve))
  }
  return { clock, consumer, seen, work }
}

function assertTurns(seen: readonly number[]): void {
  const ofOne = seen.filter(partition => partition === 1).length
  assert.ok(ofOne > seen.length * 0.4 && ofOne < seen.length * 0.6, `${ofOne} of ${seen.length}`)
}

test('for await: partitions that always have something take turns', async () => {
  const { clock, consumer, seen, work } = await backlog()
  void (async () => {
    for await (const { partition } of consumer) await work(partition)
  })()
  await clock.until(() => seen.length === 300)
  assertTurns(seen)
})

test('process with maxConcurrency 1: partitions that always have something take turns', async () => {
  const { clock, consumer, seen, work } = await backlog()
  consumer
    .process(({ partition }) => work(partition), { maxConcurrency: 1 })
    .subscribe({ error: assert.unreachable })
  await clock.until(() => seen.length === 300)
  assertTurns(seen)
})

test('a paused partition leaves its memory to the others', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  for (let i = 0; i < 3; i++) served.append(large)
  const reading: Reading = new Reading(served, {
    maxFetchBufferBytes: 256 * 1024,
    maxBatchMessages: 1,
    each: ({ messages, partition }) => {
      if (messages.length > 0 && partition === 0) reading.consumer.pause({ topic, partition })
    },
  })
  await served.clock.until(() => reading.count > 0)
  served.append(numbered(10), { partition: 1 })
  await served.clock.until(() => reading.batches.some(({ partition }) => partition === 1), 10_000)
})

test('partitions$: one that nobody reads any more leaves its memory to the others', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  for (let i = 0; i < 3; i++) served.append(large)
  const watched = new Watched(served, { maxFetchBufferBytes: 256 * 1024, maxBatchMessages: 1 }, consumer =>
    consumer.partitions$().pipe(mergeMap(one => (one.partition === 0 ? one.pipe(take(1)) : one))),
  )
  await served.clock.until(() => watched.values.length === 1)
  served.append(numbered(10), { partition: 1 })
  await served.clock.until(() => watched.values.some(({ partition }) => partition === 1), 10_000)
})

test('process with onError pause: a partition that waits for resume leaves the others going, however much it holds', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  served.append(large)
  const watched = new Watched(served, { groupId: 'billing', maxFetchBufferBytes: 512 * 1024 }, consumer =>
    consumer.process(
      ({ partition }) => {
        if (partition === 0) throw new Error('down')
      },
      { onError: 'pause' },
    ),
  )
  await served.clock.until(() => watched.of('paused').length > 0)
  served.append(numbered(10), { partition: 1 })
  await served.clock.until(() => watched.values.length === 1, 10_000)
})

test.run()
