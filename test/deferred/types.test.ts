import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lastValueFrom, of, type Observable } from 'rxjs'
import { Deferred, Delivery, settle } from '../../src/deferred'

// The compiler is the judge here: an expectation that no longer holds fails the build.

test('a Deferred is a promise and an Observable, also of something wider', async () => {
  const deferred = Deferred.of(7)
  const promise: Promise<number> = deferred
  const observable: Observable<number> = deferred
  const wider: Deferred<number | string> = deferred
  const never: Deferred<number> = Deferred.failed(new Error('lost'))
  assert.equal([await promise, await lastValueFrom(observable, { defaultValue: 0 }), await wider], [7, 7, 7])
  assert.is(await never.catch(() => 0), 0)
  // @ts-expect-error: not of something else
  const other: Deferred<string> = deferred
  assert.is(other, deferred)
})

test('a Delivery is a Deferred, and one of something can be held as one of anything', () => {
  const delivery = new Delivery<number>({ withdraw: () => false })
  const deferred: Deferred<number> = delivery
  const anything: Delivery<unknown> = delivery
  assert.is(deferred, anything)
})

test('settling with a promise does not compile', async () => {
  // @ts-expect-error: a promise is not a number
  const deferred = new Deferred<number>(resolve => resolve(Promise.resolve(7)))
  // @ts-expect-error: nor is another Deferred
  const chained = new Deferred<number>(resolve => resolve(Deferred.of(7)))
  // @ts-expect-error: a value cannot be a promise
  const ready = Deferred.of(Promise.resolve(7))
  const delivery = new Delivery<number>({ withdraw: () => false })
  // @ts-expect-error: nor can what a delivery ends with
  delivery[settle](Promise.resolve(7))
  for (const refused of [deferred, chained, ready, delivery])
    assert.instance(await (refused as Deferred<unknown>).catch((error: unknown) => error), TypeError)
})

test('settling is not for the holders of a Deferred', () => {
  const deferred = Deferred.of(7)
  // @ts-expect-error: only its work settles it
  assert.type(deferred.settle, 'undefined')
  // @ts-expect-error: only its work fails it
  assert.type(deferred.fail, 'undefined')
  const delivery = new Delivery<number>({ withdraw: () => false })
  // @ts-expect-error: only its owner settles it
  assert.type(delivery.settle, 'undefined')
  // @ts-expect-error: only its owner fails it
  assert.type(delivery.fail, 'undefined')
  // @ts-expect-error: only its owner hands it over
  assert.type(delivery.handOver, 'undefined')
})

test('await, then, catch and finally have the types a promise gives them', async () => {
  const value: number = await Deferred.of(7)
  const mapped: Promise<string> = Deferred.of(7).then(String)
  const recovered: Promise<number | null> = Deferred.of(7).catch(() => null)

  const named: Promise<number | string> = Deferred.of(7).catch((error: TypeError) => error.message)
  const passed: Promise<number> = Deferred.of(7).finally(() => 'ignored')
  assert.equal([value, await mapped, await recovered, await named, await passed], [7, '7', 7, 7, 7])
})

test('from infers from an async function, a promise, an Observable or a Deferred', async () => {
  const ofFunction: Deferred<number> = Deferred.from('it', async () => 7)
  const ofDeferred: Deferred<number> = Deferred.from('it', () => Deferred.of(7))
  const ofObservable: Deferred<string> = Deferred.from('it', () => of('a'))
  assert.equal([await ofFunction, await ofDeferred, await ofObservable], [7, 7, 'a'])
})

test.run()
