import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Observable,
  of,
  race,
  retry,
  share,
  shareReplay,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwError,
  timeout,
  VirtualTimeScheduler,
} from 'rxjs'
import { CancelledError } from '../../src/kernel'
import { Deferred } from '../../src/deferred'
import { controlled, told, type Controlled } from './controlled'

const test = suite('Deferred, cancellation')

const undone = (): Controlled<number> =>
  controlled(() => new CancelledError('Metadata of orders', { requestSent: false }))

async function outcomeOf(deferred: Deferred<unknown>): Promise<unknown> {
  return deferred.then(
    value => value,
    (error: unknown) => error,
  )
}

test('when the last listener leaves, work that can be undone is cancelled and remembers CancelledError', async () => {
  const work = undone()
  const first = work.deferred.subscribe()
  const second = work.deferred.subscribe({ next: () => {} })
  first.unsubscribe()
  assert.is(work.cancels, 0)
  second.unsubscribe()
  assert.is(work.cancels, 1)
  const outcome = await outcomeOf(work.deferred)
  assert.instance(outcome, CancelledError)
  assert.is((outcome as CancelledError).requestSent, false)
  assert.is(work.runs, 1)
})

test('CancelledError says when a request had already left', async () => {
  const work = controlled(() => new CancelledError('Metadata of orders', { requestSent: true }))
  work.deferred.subscribe().unsubscribe()
  assert.is(((await outcomeOf(work.deferred)) as CancelledError).requestSent, true)
})

test('an outcome that arrives after the cancellation is ignored', async () => {
  const work = undone()
  work.deferred.subscribe().unsubscribe()
  work.resolve(7)
  assert.instance(await outcomeOf(work.deferred), CancelledError)
})

test('work that cannot be undone goes on, and later listeners get its outcome', async () => {
  const work = controlled(() => undefined)
  work.deferred.subscribe().unsubscribe()
  const late = told()
  work.deferred.subscribe(late)
  work.resolve(7)
  assert.equal(late.log, ['next 7', 'complete'])
  assert.is(await work.deferred, 7)
  assert.is(work.runs, 1)
})

test('work without a cancel function goes on', async () => {
  let resolve = (_: number): void => {}
  const deferred = new Deferred<number>(settle => {
    resolve = settle
  })
  deferred.subscribe().unsubscribe()
  resolve(7)
  assert.is(await deferred, 7)
})

test('work that could not be undone once is asked again when its last listener leaves again', () => {
  const work = controlled(() => undefined)
  work.deferred.subscribe().unsubscribe()
  work.deferred.subscribe().unsubscribe()
  assert.is(work.cancels, 2)
})

test('unsubscribing twice leaves once', () => {
  const work = undone()
  const leaving = work.deferred.subscribe()
  const staying = work.deferred.subscribe()
  leaving.unsubscribe()
  leaving.unsubscribe()
  assert.is(work.cancels, 0)
  staying.unsubscribe()
  assert.is(work.cancels, 1)
})

test('the last to leave may unsubscribe twice and is one leaving', () => {
  const work = controlled(() => undefined)
  const listening = work.deferred.subscribe()
  listening.unsubscribe()
  listening.unsubscribe()
  assert.is(work.cancels, 1)
})

test('a cancel function that throws makes that the outcome, and unsubscribe does not throw', async () => {
  const work = controlled(() => {
    throw new Error('cannot cancel')
  })
  work.deferred.subscribe().unsubscribe()
  assert.is(((await outcomeOf(work.deferred)) as Error).message, 'cannot cancel')
})

test('a cancel function may settle by itself', async () => {
  const work = controlled(() => {
    work.resolve(7)
    return new CancelledError('too late', { requestSent: true })
  })
  work.deferred.subscribe().unsubscribe()
  assert.is(await work.deferred, 7)
})

test('after the outcome nothing is cancelled', () => {
  const work = undone()
  const listening = work.deferred.subscribe()
  work.resolve(7)
  listening.unsubscribe()
  work.deferred.subscribe().unsubscribe()
  assert.is(work.cancels, 0)
})

test('then is a listener that never leaves', async () => {
  const work = undone()
  const promised = work.deferred.then(value => value + 1)
  work.deferred.subscribe().unsubscribe()
  assert.is(work.cancels, 0)
  work.resolve(7)
  assert.is(await promised, 8)
})

test('the loser of Promise.race goes on', async () => {
  const work = undone()
  assert.is(await Promise.race([work.deferred, Promise.resolve(1)]), 1)
  assert.is(work.cancels, 0)
  work.resolve(7)
  assert.is(await work.deferred, 7)
})

test('the loser of race is cancelled', () => {
  const work = undone()
  const observer = told()
  race(work.deferred, of(1)).subscribe(observer)
  assert.equal(observer.log, ['next 1', 'complete'])
  assert.is(work.cancels, 1)
})

test('takeUntil, timeout and share cancel; shareReplay(1) does not', () => {
  const stop$ = new Subject<void>()
  const taken = undone()
  taken.deferred.pipe(takeUntil(stop$)).subscribe()
  stop$.next()
  assert.is(taken.cancels, 1)

  const time = new VirtualTimeScheduler()
  const timed = undone()
  timed.deferred.pipe(timeout({ each: 10, scheduler: time })).subscribe({ error: () => {} })
  time.flush()
  assert.is(timed.cancels, 1)

  const shared = undone()
  shared.deferred.pipe(share()).subscribe().unsubscribe()
  assert.is(shared.cancels, 1)

  const replayed = undone()
  replayed.deferred.pipe(shareReplay(1)).subscribe().unsubscribe()
  assert.is(replayed.cancels, 0)
})

test('switchMap cancels the work it switches away from', () => {
  const first = undone()
  const second = undone()
  const source$ = new Subject<Controlled<number>>()
  const observer = told()
  source$.pipe(switchMap(work => work.deferred)).subscribe(observer)
  source$.next(first)
  source$.next(second)
  assert.equal([first.cancels, second.cancels], [1, 0])
  second.resolve(7)
  assert.equal(observer.log, ['next 7'])
})

test('a listener that was stopped before it began starts nothing', () => {
  const work = undone()
  work.deferred.pipe(takeUntil(of(1))).subscribe()
  work.deferred.pipe(take(0)).subscribe()
  new Observable<number>(subscriber => {
    subscriber.unsubscribe()
    return work.deferred.subscribe(subscriber)
  }).subscribe()
  assert.is(work.runs, 0)
})

test('a listener stopped by the work itself while it starts cancels it', () => {
  const stop$ = new Subject<void>()
  let cancels = 0
  const deferred = new Deferred<number>(() => {
    stop$.next()
    return () => {
      cancels++
      return new CancelledError('it', { requestSent: false })
    }
  })
  deferred.pipe(takeUntil(stop$)).subscribe()
  assert.is(cancels, 1)
})

test('retry reads the same outcome again: one run', () => {
  let runs = 0
  const deferred = new Deferred<number>((_, reject) => {
    runs++
    reject(new Error('lost'))
  })
  const observer = told()
  deferred.pipe(retry(3)).subscribe(observer)
  assert.equal(observer.log, ['error lost'])
  assert.is(runs, 1)
})

test('timeout then retry ends in CancelledError: that is what is remembered', () => {
  const work = undone()
  const time = new VirtualTimeScheduler()
  const errors: unknown[] = []
  work.deferred
    .pipe(timeout({ each: 10, scheduler: time }), retry(2))
    .subscribe({ error: (error: unknown) => void errors.push(error) })
  time.flush()
  assert.is(errors.length, 1)
  assert.instance(errors[0], CancelledError)
  assert.is(work.runs, 1)
})

test('an error in the chain behind it cancels as well', () => {
  const work = undone()
  const failing = new Subject<void>()
  work.deferred
    .pipe(takeUntil(failing.pipe(switchMap(() => throwError(() => new Error('x'))))))
    .subscribe({ error: () => {} })
  failing.next()
  assert.is(work.cancels, 1)
})

test.run()
