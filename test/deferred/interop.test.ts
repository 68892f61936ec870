import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createRequire } from 'node:module'
import {
  concat,
  concatMap,
  defer,
  firstValueFrom,
  forkJoin,
  from,
  isObservable,
  lastValueFrom,
  map,
  merge,
  of,
  retry,
  Subject,
  switchMap,
} from 'rxjs'
import type * as rxjs from 'rxjs'
import { CancelledError } from '../../src/kernel'
import { Deferred } from '../../src/deferred'
import { controlled, told } from './controlled'

const test = suite('Deferred among Observables')

const none = { defaultValue: 'none' }

/** rxjs loaded once more, as when two packages bring their own. */
function secondCopyOfRxjs(): typeof rxjs {
  const require = createRequire(__filename)
  const kept = Object.entries(require.cache).filter(([path]) => path.includes('/rxjs/'))
  for (const [path] of kept) Reflect.deleteProperty(require.cache, path)
  try {
    return require('rxjs') as typeof rxjs
  } finally {
    for (const [path, loaded] of kept) require.cache[path] = loaded
  }
}

test('from answers the Deferred itself: an Observable before it is a promise', () => {
  const { deferred } = controlled()
  assert.is(from(deferred), deferred)
  assert.ok(isObservable(deferred))
})

test('firstValueFrom and lastValueFrom give the value, in one run', async () => {
  const work = controlled()
  const both = Promise.all([firstValueFrom(work.deferred, none), lastValueFrom(work.deferred, none)])
  work.resolve(7)
  assert.equal(await both, [7, 7])
  assert.is(work.runs, 1)
})

test('it may be what switchMap and concatMap map to', async () => {
  assert.is(await lastValueFrom(of(1).pipe(switchMap(() => Deferred.of('a'))), none), 'a')
  assert.is(await lastValueFrom(of(1).pipe(concatMap(() => Deferred.of('b'))), none), 'b')
})

test('what pipe returns is a plain Observable of the one run', async () => {
  const work = controlled()
  const piped = work.deferred.pipe(map(value => value * 2))
  assert.not.instance(piped, Deferred)
  const twice = Promise.all([lastValueFrom(piped, none), lastValueFrom(piped, none)])
  work.resolve(7)
  assert.equal(await twice, [14, 14])
  assert.is(work.runs, 1)
})

test('merge and forkJoin take it as a source', async () => {
  const work = controlled()
  const observer = told()
  merge(work.deferred, of(1)).subscribe(observer)
  const joined = lastValueFrom(forkJoin([work.deferred, work.deferred]), none)
  work.resolve(7)
  assert.equal(observer.log, ['next 1', 'next 7', 'complete'])
  assert.equal(await joined, [7, 7])
})

test('concat starts the second when the first is done', () => {
  const first = controlled()
  const second = controlled()
  concat(first.deferred, second.deferred).subscribe()
  assert.equal([first.runs, second.runs], [1, 0])
  first.resolve(1)
  assert.is(second.runs, 1)
})

test('defer does the work again, and so makes retry try again', async () => {
  let runs = 0
  const call = (): Deferred<number> =>
    new Deferred((resolve, reject) => (++runs < 3 ? reject(new Error('not yet')) : resolve(runs)))
  assert.is(await lastValueFrom(defer(call).pipe(retry(3)), none), 3)
})

test('forEach and a Subject as observer work', async () => {
  const subject = new Subject<number>()
  const observer = told()
  subject.subscribe(observer)
  Deferred.of(7).subscribe(subject)
  await Deferred.of(8).forEach(value => void observer.log.push(`each ${value}`))
  assert.equal(observer.log, ['next 7', 'complete', 'each 8'])
})

test('a second copy of rxjs listens through interop: one run, value and completion', () => {
  const other = secondCopyOfRxjs()
  const work = controlled()
  const observer = told()
  assert.not(work.deferred instanceof other.Observable)
  const foreign = other.from(work.deferred as unknown as rxjs.Observable<number>)
  foreign.pipe(other.map(value => value * 2)).subscribe(observer)
  work.deferred.subscribe(observer)
  work.resolve(7)
  assert.equal(observer.log, ['next 14', 'complete', 'next 7', 'complete'])
  assert.is(work.runs, 1)
})

test('unsubscribing through a second copy of rxjs still cancels', async () => {
  const other = secondCopyOfRxjs()
  const work = controlled(() => new CancelledError('it', { requestSent: false }))
  const stop$ = new other.Subject<void>()
  other
    .of(1)
    .pipe(
      other.switchMap(() => work.deferred as never),
      other.takeUntil(stop$),
    )
    .subscribe()
  assert.is(work.cancels, 0)
  stop$.next()
  assert.is(work.cancels, 1)
})

test.run()
