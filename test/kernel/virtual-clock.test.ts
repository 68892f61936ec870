import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { VirtualClock } from '../../src/kernel'

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

test.run()
