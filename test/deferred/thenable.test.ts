import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Deferred, Delivery, settle } from '../../src/deferred'
import { told } from './controlled'

const test = suite('Thenable outcomes')

const refusal = 'an outcome may not be a promise or have a then method: settle with the value itself'

/** What both styles say of a Deferred that was settled with the value behind the compiler's back. */
async function outcomes(value: unknown): Promise<string[]> {
  const deferred = new Deferred<unknown>(resolve => resolve(value))
  const { log, ...observer } = told()
  deferred.subscribe(observer)
  return [...log, await deferred.then(String, String)]
}

test('a promise is refused with a TypeError', async () => {
  assert.equal(await outcomes(Promise.resolve(7)), [`error ${refusal}`, `TypeError: ${refusal}`])
})

test('another Deferred is refused', async () => {
  assert.equal(await outcomes(Deferred.of(7)), [`error ${refusal}`, `TypeError: ${refusal}`])
})

test('a Deferred settled with itself fails instead of looping for ever', async () => {
  const deferred: Deferred<unknown> = new Deferred<unknown>(resolve => resolve(deferred))
  assert.instance(await deferred.catch((error: unknown) => error), TypeError)
})

test('an object or a function with a then method is refused', async () => {
  const then = (): void => {}
  assert.equal(await outcomes({ then }), [`error ${refusal}`, `TypeError: ${refusal}`])
  assert.equal(await outcomes(Object.assign(() => {}, { then })), [
    `error ${refusal}`,
    `TypeError: ${refusal}`,
  ])
})

test('a then that is not a function is data', async () => {
  const value = { then: 'later' }
  assert.is(await new Deferred<unknown>(resolve => resolve(value)), value)
})

test('null and primitives are values', async () => {
  assert.equal(await outcomes(null), ['next null', 'complete', 'null'])
  assert.equal(await outcomes(5n), ['next 5', 'complete', '5'])
})

test('a delivery settled with a promise has failed, and the owner is told that nobody heard', async () => {
  const delivery = new Delivery<unknown>({ withdraw: () => false })
  assert.is(delivery[settle](Promise.resolve(7)), false)
  assert.instance(await delivery.catch((error: unknown) => error), TypeError)
})

test.run()
