import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EMPTY, EmptyError, NEVER, of, Subject, throwError } from 'rxjs'
import { CancelledError } from '../../src/kernel'
import { Deferred } from '../../src/deferred'
import { controlled } from './controlled'

const test = suite('Deferred.from')

const failure = (deferred: Deferred<unknown>): Promise<unknown> =>
  deferred.then(
    () => 'no failure',
    (error: unknown) => error,
  )

/** An async function that honours its signal, and the deferred made of it. */
function honouring(sends: boolean): Deferred<never> {
  return Deferred.from('Metadata of orders', (signal, sent) => {
    if (sends) sent()
    return new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    )
  })
}

test('an async function is called at the first listener, once', async () => {
  let calls = 0
  const deferred = Deferred.from('it', async () => ++calls)
  assert.is(calls, 0)
  assert.equal([await deferred, await deferred], [1, 1])
})

test('its rejection or its throw is the outcome', async () => {
  const lost = new Error('lost')
  assert.is(await failure(Deferred.from('it', () => Promise.reject(lost))), lost)
  const throws = (): Promise<never> => {
    throw lost
  }
  assert.is(await failure(Deferred.from('it', throws)), lost)
})

test('an Observable gives its last value', async () => {
  assert.is(await Deferred.from('it', () => of(1, 2, 3)), 3)
})

test('an Observable without a value is an EmptyError, its error is the outcome', async () => {
  const lost = new Error('lost')
  assert.instance(await failure(Deferred.from('it', () => EMPTY)), EmptyError)
  assert.is(await failure(Deferred.from('it', () => throwError(() => lost))), lost)
})

test('an Observable is unsubscribed from when the last listener leaves', async () => {
  const source$ = new Subject<number>()
  const deferred = Deferred.from('Metadata of orders', () => source$)
  deferred.subscribe().unsubscribe()
  assert.is(source$.observed, false)
  const error = await failure(deferred)
  assert.instance(error, CancelledError)
  assert.is((error as CancelledError).message, 'Metadata of orders was cancelled before anything was sent')
})

test('a Deferred as source is listened to, so it is cancelled with its last listener', () => {
  const inner = controlled(() => new CancelledError('inner', { requestSent: false }))
  Deferred.from('outer', () => inner.deferred)
    .subscribe()
    .unsubscribe()
  assert.is(inner.cancels, 1)
})

test('the signal is aborted when the last listener leaves, and not before', () => {
  const signals: AbortSignal[] = []
  const deferred = Deferred.from('it', signal => {
    signals.push(signal)
    return NEVER
  })
  const first = deferred.subscribe()
  const second = deferred.subscribe()
  first.unsubscribe()
  assert.equal(
    signals.map(signal => signal.aborted),
    [false],
  )
  second.unsubscribe()
  assert.equal(
    signals.map(signal => signal.aborted),
    [true],
  )
})

test('an async function that throws the reason of its signal is cancelled', async () => {
  const deferred = honouring(false)
  deferred.subscribe().unsubscribe()
  const error = await failure(deferred)
  assert.instance(error, CancelledError)
  assert.is((error as CancelledError).requestSent, false)
})

test('what was sent before the cancellation is said', async () => {
  const deferred = honouring(true)
  deferred.subscribe().unsubscribe()
  assert.is(((await failure(deferred)) as CancelledError).requestSent, true)
})

test('an async function that ignores its signal goes on, and its outcome is remembered', async () => {
  let finish = (_: number): void => {}
  const deferred = Deferred.from(
    'commit of billing',
    () => new Promise<number>(resolve => (finish = resolve)),
  )
  deferred.subscribe().unsubscribe()
  finish(7)
  assert.is(await deferred, 7)
})

test.run()
