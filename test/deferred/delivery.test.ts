import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defer, NEVER, retry, Subject, switchMap, takeUntil, timeout, VirtualTimeScheduler } from 'rxjs'
import { CancelledError } from '../../src/kernel'
import { Deferred, Delivery, fail, heard, settle, type DeliveryOwner } from '../../src/deferred'
import { told } from './controlled'
import { strayErrors } from './stray'

const test = suite('Delivery')

/** Holds deliveries until their batch is sealed. */
class Outbox implements DeliveryOwner {
  readonly open = new Set<Delivery<unknown>>()

  send(): Delivery<number> {
    const delivery = new Delivery<number>(this)
    this.open.add(delivery)
    return delivery
  }

  seal(): void {
    this.open.clear()
  }

  withdraw(delivery: Delivery<unknown>): boolean {
    return this.open.delete(delivery)
  }
}

const failure = (delivery: Delivery<unknown>): Promise<unknown> => delivery.catch((error: unknown) => error)

test('it is a Deferred', () => {
  assert.instance(new Outbox().send(), Deferred)
})

test('its outcome is remembered for whoever comes later', async () => {
  const delivery = new Outbox().send()
  assert.is(delivery[settle](7), false)
  const late = told()
  delivery.subscribe(late)
  assert.equal(late.log, ['next 7', 'complete'])
  assert.is(await delivery, 7)
})

test('every listener hears it, however many there are', async () => {
  const delivery = new Outbox().send()
  const log: string[] = []
  for (let i = 0; i < 3; i++) delivery.subscribe(value => log.push(`${i}: ${value}`))
  const awaited = delivery.then(value => log.push(`then: ${value}`))
  assert.is(delivery[settle](7), true)
  await awaited
  assert.equal(log, ['0: 7', '1: 7', '2: 7', 'then: 7'])
})

test('unsubscribing only stops listening', async () => {
  const outbox = new Outbox()
  const delivery = outbox.send()
  delivery.subscribe().unsubscribe()
  assert.ok(outbox.open.has(delivery))
  delivery[settle](7)
  assert.is(await delivery, 7)
})

test('takeUntil over a hundred sends, timeout and switchMap lose no message', async () => {
  const outbox = new Outbox()
  const stop$ = new Subject<void>()
  const time = new VirtualTimeScheduler()
  const sends = Array.from({ length: 100 }, () => outbox.send())
  for (const delivery of sends) delivery.pipe(takeUntil(stop$)).subscribe()
  const timed = outbox.send()
  timed.pipe(timeout({ each: 10, scheduler: time })).subscribe({ error: () => {} })
  const switched = outbox.send()
  const source$ = new Subject<Delivery<number>>()
  source$.pipe(switchMap((delivery, index) => (index === 0 ? delivery : NEVER))).subscribe()
  source$.next(switched)
  source$.next(switched)
  stop$.next()
  time.flush()
  assert.is(outbox.open.size, 102)
  for (const delivery of outbox.open) (delivery as Delivery<number>)[settle](7)
  assert.equal(new Set(await Promise.all([...sends, timed, switched])), new Set([7]))
})

test('cancel is true when the message was taken out before sealing, and the outcome says so', async () => {
  const delivery = new Outbox().send()
  const observer = told()
  delivery.subscribe(observer)
  assert.is(delivery.cancel(), true)
  assert.equal(observer.log, ['error Delivery was cancelled before anything was sent'])
  const error = await failure(delivery)
  assert.instance(error, CancelledError)
  assert.is((error as CancelledError).requestSent, false)
})

test('cancel is false after sealing, and the delivery goes on', async () => {
  const outbox = new Outbox()
  const delivery = outbox.send()
  outbox.seal()
  assert.is(delivery.cancel(), false)
  delivery[settle](7)
  assert.is(await delivery, 7)
})

test('cancel is false once there is an outcome, whatever the owner would say', () => {
  const delivery = new Delivery<number>({ withdraw: () => true })
  delivery[settle](7)
  assert.is(delivery.cancel(), false)
  const twice = new Delivery<number>({ withdraw: () => true })
  assert.equal([twice.cancel(), twice.cancel()], [true, false])
})

test('the first outcome counts', async () => {
  const delivery = new Outbox().send()
  delivery[settle](7)
  delivery[fail](new Error('late'))
  delivery[settle](8)
  assert.is(await delivery, 7)
})

test('fail answers whether anybody heard it', () => {
  const outbox = new Outbox()
  const error = new Error('lost')
  assert.is(outbox.send()[fail](error), false)
  const subscribed = outbox.send()
  subscribed.subscribe({ error: () => {} })
  assert.is(subscribed[fail](error), true)
  const awaited = outbox.send()
  awaited.catch(() => {})
  assert.is(awaited[fail](error), true)
})

test('a listener that has left has not heard', () => {
  const outbox = new Outbox()
  const plain = outbox.send()
  plain.subscribe().unsubscribe()
  assert.is(plain[fail](new Error('lost')), false)
  const piped = outbox.send()
  const stop$ = new Subject<void>()
  piped.pipe(takeUntil(stop$)).subscribe()
  stop$.next()
  assert.is(piped[fail](new Error('lost')), false)
})

test('whoever listens later makes it heard', () => {
  const delivery = new Outbox().send()
  delivery[fail](new Error('lost'))
  assert.is(delivery[heard], false)
  delivery.subscribe({ error: () => {} })
  assert.is(delivery[heard], true)
})

test('start changes nothing: it neither hears nor settles', () => {
  const delivery = new Outbox().send()
  assert.is(delivery.start(), delivery)
  assert.is(delivery[fail](new Error('lost')), false)
})

test('a failed delivery that nobody listens to raises nothing by itself', async () => {
  assert.equal(await strayErrors(() => void new Outbox().send()[fail](new Error('lost'))), [])
})

test('retry reads the same outcome; defer sends again', () => {
  const outbox = new Outbox()
  let sends = 0
  const send = (): Delivery<number> => {
    const delivery = outbox.send()
    if (++sends < 3) delivery[fail](new Error('lost'))
    else delivery[settle](sends)
    return delivery
  }
  const observer = told()
  send().pipe(retry(5)).subscribe(observer)
  assert.is(sends, 1)
  defer(send).pipe(retry(5)).subscribe(observer)
  assert.equal(observer.log, ['error lost', 'next 3', 'complete'])
})

test.run()
