import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { VirtualClock } from '../../src/kernel'
import { Delivery, UnheardFailures, fail as failed, type UnheardFailure } from '../../src/deferred'
import { textOf } from './controlled'

interface Bench {
  clock: VirtualClock
  events: UnheardFailure[]
  warnings: string[]
  unheard: UnheardFailures
}

const test = suite<Bench>('UnheardFailures')

test.before.each(bench => {
  bench.clock = new VirtualClock()
  bench.events = []
  bench.warnings = []
  bench.unheard = new UnheardFailures(
    bench.clock,
    event => void bench.events.push(event),
    text => void bench.warnings.push(text),
  )
})

/** A delivery that fails as its owner would have it fail. */
function fail(unheard: UnheardFailures, error: unknown): Delivery<number> {
  const delivery = new Delivery<number>({ withdraw: () => false })
  if (!delivery[failed](error)) unheard.add(delivery, error)
  return delivery
}

test('a failure that nobody listens to is an event and a warning that names the error', async ({
  clock,
  events,
  warnings,
  unheard,
}) => {
  const error = new Error('orders/3: no answer within 120000 ms')
  fail(unheard, error)
  assert.equal(events, [])
  await clock.advance(0)
  assert.equal(events, [{ type: 'delivery-unheard', error, deliveries: 1 }])
  assert.equal(warnings, [
    '1 delivery has failed and nobody listened: orders/3: no answer within 120000 ms; ' +
      'await what send returns or subscribe to it with an error handler',
  ])
})

test('listening in the same turn is in time', async ({ clock, events, warnings, unheard }) => {
  fail(unheard, new Error('lost')).subscribe({ error: () => {} })
  await clock.advance(0)
  assert.equal([events, warnings], [[], []])
})

test('awaiting some microtasks later is in time', async ({ clock, events, unheard }) => {
  const delivery = fail(unheard, new Error('lost'))
  const listening = (async () => {
    await Promise.resolve()
    await Promise.resolve()
    await delivery.catch(() => {})
  })()
  await clock.advance(0)
  await listening
  assert.equal(events, [])
})

test('whoever listens after the report still gets the error', async ({ clock, events, unheard }) => {
  const delivery = fail(unheard, new Error('lost'))
  await clock.advance(0)
  assert.is(events.length, 1)
  assert.is(await delivery.catch(textOf), 'lost')
})

test('failures of one turn with one error are one event, another error is another', async ({
  clock,
  events,
  unheard,
}) => {
  const batch = new Error('batch lost')
  const other = new Error('other lost')
  for (const error of [batch, batch, other, batch]) fail(unheard, error)
  await clock.advance(0)
  assert.equal(events, [
    { type: 'delivery-unheard', error: batch, deliveries: 3 },
    { type: 'delivery-unheard', error: other, deliveries: 1 },
  ])
})

test('there is at most one warning a minute, and the next one counts what was not warned of', async ({
  clock,
  events,
  warnings,
  unheard,
}) => {
  for (const wait of [0, 1000, 58_999]) {
    await clock.advance(wait)
    fail(unheard, new Error('lost'))
    await clock.advance(0)
  }
  assert.is(events.length, 3)
  assert.is(warnings.length, 1)
  await clock.advance(1)
  fail(unheard, 'a string')
  await clock.advance(0)
  assert.is(warnings.length, 2)
  assert.match(warnings[1]!, /^3 deliveries have failed and nobody listened: "a string"; /)
})

test('nothing waits on the clock while nothing fails, and one turn serves all failures', async ({
  clock,
  unheard,
}) => {
  assert.is(clock.pending, 0)
  fail(unheard, new Error('lost'))
  fail(unheard, new Error('lost'))
  assert.is(clock.pending, 1)
  await clock.advance(0)
  assert.is(clock.pending, 0)
})

test('without a say in it the warning is a process warning', async ({ clock }) => {
  const warnings: unknown[][] = []
  const { emitWarning } = process
  process.emitWarning = (...given: unknown[]) => void warnings.push(given)
  try {
    fail(new UnheardFailures(clock, () => {}), new Error('lost'))
    await clock.advance(0)
  } finally {
    process.emitWarning = emitWarning
  }
  assert.is(warnings.length, 1)
  assert.equal(warnings[0]![1], { type: 'RxKafkaWarning', code: 'RX_KAFKA_DELIVERY_UNHEARD' })
})

test.run()
