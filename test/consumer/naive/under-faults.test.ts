import {
  bufferCount,
  bufferTime,
  catchError,
  concatMap,
  debounceTime,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  from,
  groupBy,
  ignoreElements,
  map,
  merge,
  mergeMap,
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
  timer,
  type Observable,
} from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Producer, type Batch, type ConsumerOptions } from '../../../src'
import { closeConnection, dropAnswer, failAfterwards } from '../../../src/broker'
import { Apis } from '../../../src/protocol'
import { messages, partitions, Stage } from './stage'

const seeds = 3

type Pipe = (stage: Stage) => Observable<unknown>

/** A handler that fails now and then. */
const failing = (stage: Stage, batch: Batch): Observable<Batch> =>
  stage.dice.isSo(0.1) ? throwError(() => new Error('bad luck')) : stage.work(batch)

/** What gets all done by itself. */
const sound: Readonly<Record<string, readonly [ConsumerOptions, Pipe]>> = {
  'mergeMap with a limit': [
    { maxInFlightBatches: 4 },
    ({ start, work, ack }) =>
      start().pipe(
        mergeMap(batch => work(batch), 3),
        tap(ack),
      ),
  ],
  'concatMap over commits': [
    {},
    stage =>
      stage.start().pipe(
        concatMap(stage.work),
        tap(batch => stage.done(batch)),
        // A commit may fail in such weather; what is done is stored with the next.
        concatMap(batch => batch.commit().pipe(catchError(() => EMPTY))),
      ),
  ],
  'groupBy partition and concatMap within': [
    {},
    ({ start, work, ack }) =>
      start().pipe(
        groupBy(({ partition }) => partition),
        mergeMap(of$ => of$.pipe(concatMap(work), tap(ack))),
      ),
  ],
  'bufferCount as large as what may be out': [
    { maxInFlightBatches: 2 },
    ({ start, ack }) =>
      start().pipe(
        groupBy(({ partition }) => partition),
        mergeMap(of$ => of$.pipe(bufferCount(2))),
        tap(list => list.forEach(ack)),
      ),
  ],
  bufferTime: [
    { maxInFlightBatches: 3 },
    stage =>
      stage.start().pipe(
        bufferTime(50, stage.scheduler),
        tap(list => list.forEach(stage.ack)),
      ),
  ],
  'observeOn a scheduler': [
    {},
    stage => stage.start().pipe(observeOn(stage.scheduler), concatMap(stage.work), tap(stage.ack)),
  ],
  'share between one that works and one that looks on': [
    {},
    ({ start, work, ack }) => {
      const shared$ = start().pipe(share())
      return merge(shared$.pipe(concatMap(work), tap(ack)), shared$.pipe(ignoreElements()))
    },
  ],
  'retry within': [
    {},
    stage =>
      stage.start().pipe(
        mergeMap(batch => defer(() => failing(stage, batch)).pipe(retry()), 3),
        tap(stage.ack),
      ),
  ],
  'retry without': [
    {},
    stage =>
      stage.start().pipe(
        concatMap(batch => failing(stage, batch)),
        tap(stage.ack),
        retry(),
      ),
  ],
  'repeat after take': [
    {},
    ({ start, work, ack }) => start().pipe(take(4), concatMap(work), tap(ack), repeat({ count: 200 })),
  ],
  'repeat after takeUntil': [
    {},
    stage =>
      stage
        .start()
        .pipe(
          concatMap(stage.work),
          tap(stage.ack),
          takeUntil(timer(150, stage.scheduler)),
          repeat({ count: 200 }),
        ),
  ],
  'process, failures passed over by catchError': [
    {},
    stage => {
      for (const book of stage.books) book.begin()
      return stage.consumer.process(batch => {
        stage.given(batch)
        return failing(stage, batch).pipe(
          catchError(() => EMPTY),
          tap({ complete: () => stage.done(batch) }),
        )
      })
    },
  ],
  'partitions$ and concatMap': [
    {},
    stage => {
      for (const book of stage.books) book.begin()
      return stage.consumer.partitions$().pipe(
        mergeMap(of$ =>
          of$.pipe(
            tap(batch => stage.given(batch)),
            concatMap(stage.work),
            tap(stage.ack),
          ),
        ),
      )
    },
  ],
  'for await': [
    {},
    stage => {
      for (const book of stage.books) book.begin()
      return from(
        (async () => {
          for await (const batch of stage.consumer) {
            stage.given(batch)
            await new Promise<void>(resolve => stage.rig.clock.after(stage.dice.below(10), resolve))
            stage.done(batch)
          }
        })(),
      )
    },
  ],
}

for (const [name, [more, pipe]] of Object.entries(sound))
  test(`${name}: whatever goes wrong on the way, all is done in its order and committed, never more than is done`, async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const stage = await Stage.set(seed, more)
      const { rig } = stage
      pipe(stage).subscribe({ error: (error: unknown) => (stage.error = error) })
      await stage.harm(3000)
      await rig.clock.until(() => stage.isDone || stage.error !== undefined, 120_000)
      assert.is(stage.error, undefined, `seed ${seed}`)
      await rig.clock.until(() => stage.isCommitted, 20_000)
      stage.check()
      await rig.done(stage.consumer.stop())
      await rig.close()
    }
  })

/** What drops batches: they are never acked. */
const dropping: Readonly<Record<string, Pipe>> = {
  switchMap: ({ start, work, ack }) => start().pipe(switchMap(work), tap(ack)),
  exhaustMap: ({ start, work, ack }) => start().pipe(exhaustMap(work), tap(ack)),
  debounceTime: stage => stage.start().pipe(debounceTime(20, stage.scheduler), tap(stage.ack)),
  filter: stage =>
    stage.start().pipe(
      filter(() => stage.dice.isSo(0.7)),
      tap(stage.ack),
    ),
  take: ({ start, ack }) => start().pipe(take(5), tap(ack)),
}

for (const [name, pipe] of Object.entries(dropping))
  test(`${name}: what it drops is not committed, is told of unless it ends, and is done by whoever comes next`, async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const stage = await Stage.set(seed, {})
      const { rig } = stage
      let hasEnded = false
      const subscription = pipe(stage).subscribe({
        error: (error: unknown) => (stage.error = error),
        complete: () => (hasEnded = true),
      })
      await stage.harm(3000)
      await rig.clock.advance(10_000)
      stage.check()
      if (!stage.isDone && !hasEnded) assert.ok(stage.told('ack-stalled') || stage.error, `seed ${seed}`)
      subscription.unsubscribe()
      for (const book of stage.books) book.begin()
      stage.consumer
        .process(batch => {
          stage.given(batch)
          stage.done(batch)
        })
        .subscribe({ error: (error: unknown) => (stage.error = error) })
      await rig.clock.until(() => stage.isDone && stage.isCommitted, 60_000)
      stage.check()
      await rig.close()
    }
  })

test('sendAll within process: each batch is acked when its output is written, in order, however often that is tried', async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const stage = await Stage.set(seed, {})
    const { rig } = stage
    const producer = new Producer(rig.client({ requestTimeoutMs: 1000 }))
    for (const fault of [dropAnswer(), failAfterwards('REQUEST_TIMED_OUT'), closeConnection('after')])
      rig.kafka.faults.on(Apis.Produce, fault, { probability: 0.1 })
    for (const book of stage.books) book.begin()
    stage.consumer
      .process(batch => {
        stage.given(batch)
        const { partition } = batch
        return of(...batch.messages).pipe(
          map(({ value }) => ({ topic: 'out', partition, value: value! })),
          producer.sendAll(),
          tap({ complete: () => stage.done(batch) }),
        )
      })
      .subscribe({ error: (error: unknown) => (stage.error = error) })
    await stage.harm(2000)
    await rig.clock.until(() => stage.isCommitted, 120_000)
    assert.is(stage.error, undefined)
    for (let partition = 0; partition < partitions; partition++)
      assert.equal(
        rig.values('out', partition),
        Array.from({ length: messages }, (_, i) => `${i} `),
      )
    await rig.close()
  }
})

test.run()
