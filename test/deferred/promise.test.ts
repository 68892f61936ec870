import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as nodeAssert from 'node:assert/strict'
import { Deferred, Delivery } from '../../src/deferred'
import { controlled, textOf } from './controlled'
import { strayErrors } from './stray'

const test = suite('Deferred among promises')

test('awaiting twice runs the work once and gives the same outcome', async () => {
  let runs = 0
  const deferred = new Deferred<object>(resolve => resolve({ run: ++runs }))
  assert.is(await deferred, await deferred)
  assert.is(runs, 1)
})

test('Promise.all, allSettled and resolve take it: one run', async () => {
  const work = controlled()
  const all = Promise.all([work.deferred, work.deferred])
  const settled = Promise.allSettled([work.deferred, Deferred.failed('no')])
  const resolved = Promise.resolve(work.deferred)
  await Promise.resolve() // promises call a foreign then one microtask later
  work.resolve(7)
  assert.equal(await all, [7, 7])
  assert.equal(await settled, [
    { status: 'fulfilled', value: 7 },
    { status: 'rejected', reason: 'no' },
  ])
  assert.is(await resolved, 7)
  assert.is(work.runs, 1)
})

test('an async function that returns it and for await over it give its value', async () => {
  const returned = async (): Promise<number> => Deferred.of(7)
  assert.is(await returned(), 7)

  for await (const value of [Deferred.of(8)]) assert.is(value, 8)
})

test('then, catch and finally answer native promises', () => {
  const deferred = Deferred.of(7)
  assert.instance(deferred.then(), Promise)
  assert.instance(deferred.catch(), Promise)
  assert.instance(deferred.finally(), Promise)
})

test('then maps, catch recovers, finally passes the outcome on', async () => {
  const failed = Deferred.failed(new Error('lost'))
  let finals = 0
  const count = (): void => {
    finals++
  }
  assert.is(await Deferred.of(7).then(value => value + 1), 8)
  assert.is(await Deferred.of(7).then(null, () => 0), 7)
  assert.is(await failed.then(null, textOf), 'lost')
  assert.is(await failed.catch(textOf), 'lost')
  assert.is(await Deferred.of(7).catch(() => 0), 7)
  assert.is(await Deferred.of(7).finally(count), 7)
  await nodeAssert.rejects(failed.finally(count), /lost/)
  assert.is(finals, 2)
})

test('handlers of then run after the code that is running, even when the outcome is there', async () => {
  const order: string[] = []
  const handled = Deferred.of(7).then(() => order.push('handler'))
  order.push('code')
  await handled
  assert.equal(order, ['code', 'handler'])
})

test('it passes where code asks for a promise by its shape', async () => {
  await nodeAssert.rejects(Deferred.failed(new Error('lost')), /lost/)
  await nodeAssert.doesNotReject(Deferred.of(7))
  assert.is(Object.prototype.toString.call(Deferred.of(7)), '[object Deferred]')
  assert.is(Object.prototype.toString.call(new Delivery({ withdraw: () => false })), '[object Delivery]')
})

test('an error with subscribe(next) only is an uncaught exception', async () => {
  const error = new Error('lost')
  assert.equal(await strayErrors(() => Deferred.failed(error).subscribe(() => {})), [
    ['uncaughtException', error],
  ])
  assert.equal(await strayErrors(() => Deferred.failed(error).subscribe()), [['uncaughtException', error]])
})

test('an error with then(f) only is an unhandled rejection', async () => {
  const error = new Error('lost')
  assert.equal(await strayErrors(() => void Deferred.failed(error).then(() => {})), [
    ['unhandledRejection', error],
  ])
})

test('an error with a handler leaves nothing stray, whoever else listens', async () => {
  const strays = await strayErrors(async () => {
    const work = controlled()
    work.deferred.subscribe({ error: () => {} })
    const handled = work.deferred.catch(() => {})
    work.reject(new Error('lost'))
    await handled
  })
  assert.equal(strays, [])
})

test.run()
