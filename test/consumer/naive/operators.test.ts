import {
  asapScheduler,
  bufferCount,
  bufferTime,
  catchError,
  concatMap,
  debounceTime,
  defer,
  exhaustMap,
  filter,
  firstValueFrom,
  groupBy,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  observeOn,
  of,
  repeat,
  retry,
  share,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timeout,
  timer,
  toArray,
} from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  AckTimeoutError,
  AlreadyRunningError,
  ClosedError,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  type Batch,
} from '../../../src'
import { after, auto, fetched, manual, messageBytes, mostOf, reading, servedMessages } from './rig'
import { schedulerOn } from './scheduler'

const read = (batch: Batch): bigint => batch.messages[0]!.offset
const offsets = (count: number): readonly bigint[] => Array.from({ length: count }, (_, i) => BigInt(i))
const budget = { maxFetchBufferBytes: 512 * 1024 }

test('subscribe, reading at once: all comes in its order, nothing piles up', async () => {
  const served = await servedMessages(500)
  const watched = reading(served, auto, batches$ => batches$.pipe(map(read)))
  await served.clock.until(() => watched.values.length === 500)
  assert.equal(watched.values, offsets(500))
  assert.is(watched.inHand, 0)
})

test('subscribe with a groupId, never acking: one batch, then an error that names it and what to call', async () => {
  const served = await servedMessages(500)
  const watched = reading(served, { ...manual, ...budget }, batches$ => batches$.pipe(map(read)))
  await served.clock.advance(31_000)
  assert.is(watched.values.length, 1)
  assert.instance(watched.error, AckTimeoutError)
  assert.match(String(watched.error), /Batch\(orders\/0 offsets 0 to 0\).*batch\.ack\(\)/)
  assert.ok(fetched(served) * messageBytes <= budget.maxFetchBufferBytes)
  assert.is(served.committed.get(0), 0n)
})

test('an async next that reads first is not waited for: the topic goes through it as fast as it comes', async () => {
  const served = await servedMessages(500)
  let running = 0
  reading(served, auto, batches$ =>
    batches$.pipe(
      tap(batch => {
        void batch.messages
        running++
        void after(served, 5000, undefined).then(() => running--)
      }),
    ),
  )
  assert.is(await mostOf(served, 2000, () => running), 500)
})

test('an async next that acks last has one batch of each partition at a time', async () => {
  const served = await servedMessages(20, 2)
  let running = 0
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      tap(batch => {
        running++
        void after(served, 50, undefined).then(() => {
          running--
          batch.ack()
        })
      }),
    ),
  )
  assert.is(await mostOf(served, 2000, () => running), 2)
  assert.is(watched.values.length, 40)
})

test('concatMap, without a group: in order, with no more than 64 batches held back', async () => {
  const served = await servedMessages(300)
  const watched = reading(served, auto, batches$ =>
    batches$.pipe(concatMap(batch => after(served, 10, read(batch)))),
  )
  assert.ok((await mostOf(served, 1500, () => watched.inHand)) <= 64)
  await served.clock.until(() => watched.values.length === 300)
  assert.equal(watched.values, offsets(300))
})

test('concatMap with a commit after each: one batch of each partition is out, all is committed', async () => {
  const served = await servedMessages(20, 3)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(concatMap(batch => after(served, 10, 0).then(() => batch.commit()))),
  )
  assert.ok((await mostOf(served, 1500, () => watched.inHand)) <= 3)
  assert.equal([...served.committed.values()], [20n, 20n, 20n])
})

test('concatMap over work that never ends, with a groupId: an error that names the batch', async () => {
  const served = await servedMessages(20)
  const watched = reading(served, manual, batches$ => batches$.pipe(concatMap(() => NEVER)))
  await served.clock.advance(31_000)
  assert.instance(watched.error, AckTimeoutError)
})

test('concatMap over work that never ends, without one: bounded, and events say so', async () => {
  const served = await servedMessages(500)
  const watched = reading(served, { ...auto, ...budget }, batches$ =>
    batches$.pipe(concatMap(batch => (void batch.messages, NEVER))),
  )
  await served.clock.advance(31_000)
  assert.is(watched.inHand, 64)
  assert.is(watched.of('ack-stalled').length, 1)
  assert.ok(fetched(served) * messageBytes <= budget.maxFetchBufferBytes)
})

test('mergeMap without a limit, reading first: all of the topic is under way at once', async () => {
  const served = await servedMessages(500)
  let running = 0
  reading(served, auto, batches$ =>
    batches$.pipe(
      mergeMap(async batch => {
        running += batch.messages.length
        await after(served, 10_000, 0)
      }),
    ),
  )
  assert.is(await mostOf(served, 2000, () => running), 500)
})

test('mergeMap without a limit, acking last: maxInFlightBatches of each partition', async () => {
  const served = await servedMessages(50, 2)
  let running = 0
  const watched = reading(served, { ...manual, maxInFlightBatches: 4 }, batches$ =>
    batches$.pipe(
      mergeMap(async batch => {
        running++
        await after(served, 20, 0)
        running--
        batch.ack()
      }),
    ),
  )
  assert.is(await mostOf(served, 2000, () => running), 8)
  assert.is(watched.values.length, 100)
})

test('mergeMap with a limit: as many at a time, and no more than 64 batches held back', async () => {
  const served = await servedMessages(300)
  let running = 0
  const watched = reading(served, auto, batches$ =>
    batches$.pipe(
      mergeMap(async batch => {
        running += batch.messages.length
        await after(served, 10, 0)
        running--
      }, 3),
    ),
  )
  const most = await mostOf(served, 2000, () => Math.max(running, watched.inHand / 22))
  assert.is(most, 3)
  assert.is(watched.values.length, 300)
})

test('bufferCount over more than may be out, with a groupId: an error that names the batch', async () => {
  const served = await servedMessages(100)
  const watched = reading(served, manual, batches$ => batches$.pipe(bufferCount(5)))
  await served.clock.advance(31_000)
  assert.instance(watched.error, AckTimeoutError)
  assert.is(watched.values.length, 0)
})

test('bufferCount with as many maxInFlightBatches: each buffer is acked and committed', async () => {
  const served = await servedMessages(100)
  const watched = reading(served, { ...manual, maxInFlightBatches: 5 }, batches$ =>
    batches$.pipe(bufferCount(5), tap(ackAll)),
  )
  await served.clock.until(() => watched.values.length === 20)
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 100n)
})

test('bufferCount over more than 64 without a group: stands still, bounded, and events say so', async () => {
  const served = await servedMessages(500)
  const watched = reading(served, { ...auto, ...budget }, batches$ => batches$.pipe(bufferCount(100)))
  await served.clock.advance(62_000)
  assert.is(watched.values.length, 0)
  assert.is(watched.inHand, 64)
  assert.is(watched.of('ack-stalled').length, 2)
})

test('bufferTime: what may be out comes together each time', async () => {
  const served = await servedMessages(20)
  const watched = reading(served, { ...manual, maxInFlightBatches: 4 }, batches$ =>
    batches$.pipe(
      bufferTime(100, schedulerOn(served.clock)),
      filter(buffer => buffer.length > 0),
      tap(ackAll),
    ),
  )
  await served.clock.advance(2000)
  assert.equal(
    watched.values.map(buffer => buffer.length),
    [4, 4, 4, 4, 4],
  )
})

test('switchMap over two partitions: what it leaves is never acked nor committed, and events say so', async () => {
  const served = await servedMessages(20, 2)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(switchMap(batch => timer(50, schedulerOn(served.clock)).pipe(tap(() => batch.ack())))),
  )
  await served.clock.advance(40_000)
  assert.is(watched.of('ack-stalled').length, 1)
  const { partition } = watched.of('ack-stalled')[0]!.at
  assert.is(served.committed.get(partition), 0n)
  assert.is(served.committed.get(1 - partition), 20n)
})

test('exhaustMap: what it leaves out is never acked nor committed, and events say so', async () => {
  const served = await servedMessages(20, 2)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(exhaustMap(batch => after(served, 50, batch).then(() => batch.ack()))),
  )
  await served.clock.advance(40_000)
  assert.is(watched.of('ack-stalled').length, 1)
  assert.is(served.committed.get(watched.of('ack-stalled')[0]!.at.partition), 0n)
})

test('debounceTime leaves out batches: never acked nor committed, and the error or event names them', async () => {
  const served = await servedMessages(20, 2)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      debounceTime(10, schedulerOn(served.clock)),
      tap(batch => batch.ack()),
    ),
  )
  await served.clock.advance(40_000)
  assert.is(watched.of('ack-stalled').length, 1)
})

test('take: ends and leaves; what was acked is committed, what was on its way is read again', async () => {
  const served = await servedMessages(20)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      tap(batch => batch.ack()),
      take(3),
    ),
  )
  await served.clock.advance(1000)
  assert.ok(watched.isComplete)
  assert.is(served.committed.get(0), 3n)
  const again = reading(served, manual, (_, consumer) => consumer.start(OFFSET_COMMITTED))
  await served.clock.until(() => again.values.length === 1)
  assert.is(again.values[0]!.firstOffset, 3n)
})

test('take before a commit: the commit fails and says that the subscription has ended', async () => {
  const served = await servedMessages(20)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      take(1),
      concatMap(batch => after(served, 10, batch)),
      concatMap(batch => batch.commit()),
    ),
  )
  await served.clock.advance(1000)
  assert.instance(watched.error, ClosedError)
})

test('firstValueFrom gets a batch that can be read afterwards', async () => {
  const served = await servedMessages(20)
  const watched = reading(served, auto, () => NEVER)
  const batch = await served.clock.outcomeOf(firstValueFrom(watched.consumer.start(OFFSET_EARLIEST)))
  assert.is(read(batch), 0n)
})

test('toArray: bounded, events say so, and close gives what was held back', async () => {
  const served = await servedMessages(500)
  const watched = reading(served, { ...auto, ...budget }, batches$ => batches$.pipe(toArray()))
  await served.clock.advance(31_000)
  assert.is(watched.of('ack-stalled').length, 1)
  assert.is(watched.inHand, 64)
  watched.consumer.close()
  await served.clock.advance(1000)
  assert.is(watched.values[0]!.length, 64)
})

test('lastValueFrom with a groupId and no ack: rejects, naming the batch', async () => {
  const served = await servedMessages(20)
  const { consumer } = reading(served, manual, () => NEVER)
  const last = lastValueFrom(consumer.start(OFFSET_EARLIEST)).catch((error: unknown) => error)
  assert.instance(await served.clock.outcomeOf(last), AckTimeoutError)
})

test('retry begins anew where start says: at the same offset again, or where the group is', async () => {
  for (const from of [OFFSET_EARLIEST, OFFSET_COMMITTED]) {
    const served = await servedMessages(6)
    const seen: bigint[] = []
    let isDown = true
    reading(served, manual, (_, consumer) =>
      consumer.start(from).pipe(
        tap(batch => {
          if (batch.firstOffset === 3n && isDown) {
            isDown = false
            throw new Error('down')
          }
          seen.push(batch.firstOffset)
          batch.ack()
        }),
        retry(1),
      ),
    )
    await served.clock.advance(5000)
    const again = from === OFFSET_EARLIEST ? [0n, 1n, 2n] : []
    assert.equal(seen, [0n, 1n, 2n, ...again, 3n, 4n, 5n])
  }
})

test('repeat after take goes on where the group is, however often', async () => {
  const served = await servedMessages(7)
  const watched = reading(served, manual, (_, consumer) =>
    consumer.start(OFFSET_COMMITTED).pipe(
      tap(batch => batch.ack()),
      take(2),
      repeat(3),
    ),
  )
  await served.clock.until(() => watched.isComplete)
  assert.equal(
    watched.values.map(({ firstOffset }) => firstOffset),
    offsets(6),
  )
})

test('repeat after close is an error that says closed, no loop', async () => {
  const served = await servedMessages(3)
  const watched = reading(served, auto, batches$ => batches$.pipe(map(read), repeat()))
  await served.clock.until(() => watched.values.length === 3)
  watched.consumer.close()
  await served.clock.advance(1000)
  assert.instance(watched.error, ClosedError)
})

test('share: many listeners, one subscription; without it the second is refused', async () => {
  const served = await servedMessages(10)
  const others: bigint[] = []
  let refused: unknown
  const watched = reading(served, auto, (batches$, consumer) => {
    const shared$ = batches$.pipe(map(read), share())
    shared$.subscribe({ next: offset => others.push(offset), error: assert.unreachable })
    consumer.start(OFFSET_EARLIEST).subscribe({ error: (error: unknown) => (refused = error) })
    return shared$
  })
  await served.clock.until(() => watched.values.length === 10)
  assert.equal(others, offsets(10))
  assert.instance(refused, AlreadyRunningError)
})

test('groupBy partition and concatMap within: partitions side by side, each in its order', async () => {
  const served = await servedMessages(10, 3)
  let running = 0
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      groupBy(({ partition }) => partition),
      mergeMap(one$ =>
        one$.pipe(
          concatMap(async batch => {
            running++
            await after(served, 20, 0)
            running--
            batch.ack()
            return batch
          }),
        ),
      ),
    ),
  )
  assert.is(await mostOf(served, 1000, () => running), 3)
  for (const partition of [0, 1, 2])
    assert.equal(
      watched.values.filter(batch => batch.partition === partition).map(({ firstOffset }) => firstOffset),
      offsets(10),
    )
})

for (const [name, scheduler] of [
  ['asapScheduler', () => asapScheduler],
  ['another one', schedulerOn],
] as const)
  test(`observeOn ${name}: in order, bounded as without`, async () => {
    const served = await servedMessages(300)
    const watched = reading(served, auto, batches$ =>
      batches$.pipe(observeOn(scheduler(served.clock)), map(read)),
    )
    assert.ok((await mostOf(served, 100, () => watched.inHand)) <= 64)
    await served.clock.until(() => watched.values.length === 300)
    assert.equal(watched.values, offsets(300))
  })

test('takeUntil ends at once; what was acked is committed', async () => {
  const served = await servedMessages(100)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      takeUntil(timer(105, schedulerOn(served.clock))),
      concatMap(batch => after(served, 10, batch).then(() => batch.ack())),
    ),
  )
  await served.clock.advance(2000)
  assert.ok(watched.isComplete)
  const done = Number(served.committed.get(0))
  assert.ok(done > 5 && done <= watched.values.length, `${done} of ${watched.values.length}`)
})

test('timeout on a quiet topic is an error of rxjs, and the consumer is free again', async () => {
  const served = await servedMessages(0)
  const scheduler = schedulerOn(served.clock)
  const watched = reading(served, auto, (batches$, consumer) =>
    batches$.pipe(
      timeout({ first: 1000, scheduler }),
      catchError(() => consumer.start(OFFSET_EARLIEST).pipe(map(read))),
    ),
  )
  await served.clock.advance(1500)
  served.append(['late'])
  await served.clock.until(() => watched.values.length === 1)
})

test('catchError that gives something else ends the reading, and acked is committed', async () => {
  const served = await servedMessages(10)
  const watched = reading(served, manual, batches$ =>
    batches$.pipe(
      concatMap(batch =>
        batch.firstOffset < 3n ? (batch.ack(), of(1)) : throwError(() => new Error('bad')),
      ),
      catchError(() => of(2)),
    ),
  )
  await served.clock.advance(1000)
  assert.equal(watched.values, [1, 1, 1, 2])
  assert.ok(watched.isComplete)
  assert.is(served.committed.get(0), 3n)
})

test('a commit that nobody subscribes to does nothing: an error names the batch', async () => {
  const served = await servedMessages(10)
  const watched = reading(served, manual, batches$ => batches$.pipe(tap(batch => void batch.commit())))
  await served.clock.advance(31_000)
  assert.instance(watched.error, AckTimeoutError)
  assert.match(String(watched.error), /subscribe to batch\.commit\(\)/)
})

test('a start that is deferred is the same each time', async () => {
  const served = await servedMessages(4)
  const watched = reading(served, auto, (_, consumer) =>
    defer(() => consumer.start(OFFSET_EARLIEST)).pipe(map(read), take(2), repeat(2)),
  )
  await served.clock.until(() => watched.isComplete)
  assert.equal(watched.values, [0n, 1n, 0n, 1n])
})

function ackAll(batches: readonly Batch[]): void {
  for (const batch of batches) batch.ack()
}

test.run()
