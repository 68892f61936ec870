import { concatMap, mergeMap, of, switchMap, type Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { OFFSET_EARLIEST, type Batch } from '../../../src'
import { ServedLog } from '../served-log'
import { Watched } from '../watched'
import { manual } from './rig'

/** A log of so many messages, a thousand in each of its batches. */
async function served(messages: number): Promise<ServedLog> {
  const log = await ServedLog.start()
  log.committed.set(0, 0n)
  for (let i = 0; i < messages; i += 1000) log.append(Array.from({ length: 1000 }, (_, at) => `${i + at}`))
  return log
}

/** Calls within calls, at most. */
class Depth {
  #now = 0
  most = 0

  readonly within = (work: () => void): void => {
    this.#now++
    this.most = Math.max(this.most, this.#now)
    work()
    this.#now--
  }
}

test('200,000 batches that are acked at once: none stays, and no call is within another', async () => {
  const log = await served(200_000)
  const depth = new Depth()
  let [count, next] = [0, 0n]
  const watched = new Watched(log, { maxBatchMessages: 1 }, consumer => consumer.start(OFFSET_EARLIEST))
  watched.subscription.unsubscribe()
  watched.consumer.start(OFFSET_EARLIEST).subscribe(batch =>
    depth.within(() => {
      assert.is(batch.firstOffset, next)
      next += BigInt(batch.messages.length)
      count++
    }),
  )
  await log.clock.until(() => count === 200_000)
  assert.is(depth.most, 1)
})

const inners: Readonly<Record<string, (batches$: Observable<Batch>) => Observable<Batch>>> = {
  concatMap: batches$ => batches$.pipe(concatMap(batch => of(batch))),
  mergeMap: batches$ => batches$.pipe(mergeMap(batch => of(batch), 2)),
  switchMap: batches$ => batches$.pipe(switchMap(batch => of(batch))),
}

for (const [name, pipe] of Object.entries(inners))
  test(`20,000 inner streams of ${name} that end at once: all is committed, and no call is within another`, async () => {
    const log = await served(20_000)
    const depth = new Depth()
    let next = 0n
    const watched = new Watched(log, { ...manual, maxInFlightBatches: 3 }, consumer =>
      pipe(consumer.start(OFFSET_EARLIEST)),
    )
    watched.subscription.unsubscribe()
    await log.clock.advance(1000)
    pipe(watched.consumer.start(OFFSET_EARLIEST)).subscribe(batch =>
      depth.within(() => {
        assert.is(batch.firstOffset, next)
        next = batch.nextOffset
        batch.ack()
      }),
    )
    await log.clock.until(() => log.committed.get(0) === 20_000n)
    assert.is(depth.most, 1)
  })

test.run()
