import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, seededRandom, VirtualClock } from '../../src/kernel'

const after = (clock: VirtualClock, ms: number): Promise<number> =>
  new Promise(resolve => void clock.after(ms, () => resolve(clock.now())))

test('waiting for an outcome moves time on just as far as it takes', async () => {
  const clock = new VirtualClock(1000)
  clock.after(300, () => assert.unreachable('time went on behind the outcome'))
  assert.is(await clock.outcomeOf(after(clock, 250)), 1250)
  assert.is(clock.now(), 1250)
})

test('an outcome that is an error is thrown', async () => {
  const clock = new VirtualClock()
  const failing = after(clock, 10).then(() => Promise.reject(new Error('broken')))
  await clock.outcomeOf(failing).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'broken'),
  )
})

test('an outcome that never comes is noticed', async () => {
  const clock = new VirtualClock()
  await clock.outcomeOf(new Promise(() => undefined), 500).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, 'still waiting after 500 ms of virtual time'),
  )
})

test('a clock is advanced by a time, and by nothing else', async () => {
  const clock = new VirtualClock(1000)
  for (const wrong of ['5', undefined, NaN, -5, Infinity, null])
    await clock.advance(wrong as never).then(
      () => assert.unreachable(String(wrong)),
      (error: Error) => {
        assert.instance(error, ArgumentError)
        assert.match(error.message, 'advance ms: expected milliseconds from 0, got ')
      },
    )
  assert.is(clock.now(), 1000)
  await clock.advance(0)
  await clock.advance(0.5)
  assert.is(clock.now(), 1000.5)
})

test('only what can end has an outcome, and only a function is a condition', async () => {
  const clock = new VirtualClock()
  const failureOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it ended',
      (error: Error) => `${error.name} ${error.message}`,
    )
  for (const wrong of [3, undefined, null, {}, () => Promise.resolve()])
    assert.match(
      await failureOf(clock.outcomeOf(wrong as never)),
      /^ArgumentError outcomeOf work: expected a promise or a Deferred, such as client\.close\(\), got /,
    )
  assert.match(
    await failureOf(clock.until(true as never)),
    /^ArgumentError until condition: expected a function/,
  )
  assert.match(await failureOf(clock.until(() => true, NaN)), /^ArgumentError limitMs: expected milliseconds/)
})

test('a clock begins at a time, and at nothing else', () => {
  for (const wrong of ['2026', NaN, null, new Date()])
    assert.throws(() => new VirtualClock(wrong as never), /VirtualClock start: expected milliseconds/)
})

test('the same seed gives the same numbers, and what is no seed is refused', () => {
  const three = (seed: number): number[] => Array.from({ length: 3 }, seededRandom(seed))
  assert.equal(three(7), three(7))
  assert.not.equal(three(7), three(8))
  for (const wrong of ['a', '7', undefined, 0.5, NaN])
    assert.throws(() => seededRandom(wrong as never), /seededRandom seed: expected a whole number, got /)
})

test.run()
