import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstValueFrom, takeUntil, Subject } from 'rxjs'
import { Deferred } from '../../src/deferred'
import { controlled, textOf, told } from './controlled'
import { reportedErrors, strayErrors } from './stray'

const test = suite('Deferred')

test('nothing starts until somebody listens', () => {
  const work = controlled()
  work.deferred.pipe()
  assert.is(work.runs, 0)
  work.deferred.subscribe()
  assert.is(work.runs, 1)
})

test('await starts the work', async () => {
  assert.is(await new Deferred<number>(resolve => resolve(7)), 7)
})

test('the work runs once for any number of listeners of either style', async () => {
  const work = controlled()
  const first = told()
  work.deferred.subscribe(first)
  const promised = Promise.resolve(work.deferred)
  work.resolve(7)
  const late = told()
  work.deferred.subscribe(late)
  assert.is(await promised, 7)
  assert.is(await work.deferred, 7)
  assert.is(work.runs, 1)
  assert.equal(
    [first.log, late.log],
    [
      ['next 7', 'complete'],
      ['next 7', 'complete'],
    ],
  )
})

test('an error is remembered as a value is', async () => {
  const work = controlled()
  const early = told()
  work.deferred.subscribe(early)
  work.reject(new Error('lost'))
  const late = told()
  work.deferred.subscribe(late)
  assert.equal([early.log, late.log], [['error lost'], ['error lost']])
  assert.is(await work.deferred.catch(textOf), 'lost')
  assert.is(work.runs, 1)
})

test('undefined is an outcome like any other', () => {
  const observer = told()
  Deferred.of(undefined).subscribe(observer)
  assert.equal(observer.log, ['next undefined', 'complete'])
})

test('a work that throws has failed with what it threw', () => {
  const observer = told()
  const deferred = new Deferred(() => {
    throw new Error('at once')
  })
  deferred.subscribe(observer)
  deferred.subscribe(observer)
  assert.equal(observer.log, ['error at once', 'error at once'])
})

test('only the first outcome counts', () => {
  const work = controlled()
  const observer = told()
  work.deferred.subscribe(observer)
  work.resolve(1)
  work.resolve(2)
  work.reject(new Error('late'))
  work.deferred.subscribe(observer)
  assert.equal(observer.log, ['next 1', 'complete', 'next 1', 'complete'])
})

test('a work that throws after its outcome does not change it', async () => {
  const deferred = new Deferred<number>(resolve => {
    resolve(1)
    throw new Error('afterwards')
  })
  assert.is(await deferred, 1)
})

test('the outcome stands before anybody is told: leaving on the value cancels nothing', async () => {
  const work = controlled()
  const first = firstValueFrom(work.deferred, { defaultValue: 0 })
  work.resolve(7)
  assert.is(await first, 7)
  assert.is(work.cancels, 0)
  assert.is(await work.deferred, 7)
})

test('a listener that comes while others are being told hears the outcome once', () => {
  const work = controlled()
  const inner = told()
  work.deferred.subscribe(() => work.deferred.subscribe(inner))
  const outer = told()
  work.deferred.subscribe(outer)
  work.resolve(7)
  assert.equal(inner.log, ['next 7', 'complete'])
  assert.equal(outer.log, ['next 7', 'complete'])
})

test('listeners that leave while others are being told: those who stay all hear, those who left do not', () => {
  const work = controlled()
  const staying = told()
  const leaving = told()
  const stop$ = new Subject<void>()
  const first = work.deferred.subscribe(() => {
    first.unsubscribe()
    second.unsubscribe()
    stop$.next()
  })
  const second = work.deferred.subscribe(leaving)
  work.deferred.pipe(takeUntil(stop$)).subscribe({ next: leaving.next })
  work.deferred.subscribe(staying)
  work.resolve(7)
  assert.equal(leaving.log, [])
  assert.equal(staying.log, ['next 7', 'complete'])
})

test('a listener whose teardown throws neither disturbs the others nor whoever settles', async () => {
  const thrown = new Error('in a teardown')
  const work = controlled()
  const staying = told()
  const reported = await reportedErrors(() => {
    work.deferred.subscribe().add(() => {
      throw thrown
    })
    work.deferred.subscribe(staying)
    work.resolve(7)
  })
  assert.equal(staying.log, ['next 7', 'complete'])
  assert.is(reported.length, 1)
  assert.equal((reported[0] as { errors: unknown[] }).errors, [thrown])
})

test('start begins the work at once, and it survives all its listeners', () => {
  const work = controlled()
  assert.is(work.deferred.start(), work.deferred)
  assert.is(work.runs, 1)
  work.deferred.subscribe().unsubscribe()
  work.deferred.start()
  assert.is(work.runs, 1)
  assert.is(work.cancels, 0)
  const late = told()
  work.resolve(7)
  work.deferred.start().subscribe(late)
  assert.equal(late.log, ['next 7', 'complete'])
})

test('start on a work that has listeners keeps it going when they leave', () => {
  const work = controlled()
  const listening = work.deferred.subscribe()
  work.deferred.start()
  listening.unsubscribe()
  assert.is(work.cancels, 0)
})

test('a started work that fails while nobody listens raises nothing', async () => {
  assert.equal(await strayErrors(() => void Deferred.failed(new Error('unheard')).start()), [])
})

test('of and failed are outcomes ready-made', async () => {
  assert.is(await Deferred.of('value'), 'value')
  assert.is(await Deferred.failed(new Error('lost')).catch(textOf), 'lost')
})

test.run()
