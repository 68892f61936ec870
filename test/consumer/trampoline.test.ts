import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { VirtualClock, type Clock } from '../../src'
import { Trampoline } from '../../src/consumer/trampoline'

/** A clock on which every look takes a millisecond. */
class BusyClock extends VirtualClock implements Clock {
  #spent = 0

  override monotonic(): number {
    return super.monotonic() + this.#spent++
  }
}

test('steps run in a turn of their own, one after another', async () => {
  const clock = new VirtualClock()
  const seen: string[] = []
  let left = 3
  const trampoline = new Trampoline({
    clock,
    step: () => {
      if (left === 0) return false
      trampoline.wake()
      seen.push(`step ${left--}`)
      return true
    },
    rested: () => seen.push('rested'),
  })
  trampoline.wake()
  trampoline.wake()
  assert.equal(seen, [])
  await clock.advance(0)
  assert.equal(seen, ['step 3', 'step 2', 'step 1', 'rested'])
})

test('the event loop gets its turn after 10 ms of steps', async () => {
  const clock = new BusyClock()
  const runs: number[] = [0]
  let left = 35
  const trampoline = new Trampoline({
    clock,
    step: () => {
      if (left-- === 0) return false
      runs[runs.length - 1]!++
      return true
    },
    rested: () => runs.push(0),
  })
  trampoline.wake()
  await clock.advance(0)
  assert.equal(runs, [10, 10, 10, 5, 0])
})

test('after stop nothing runs, not even from within a step', async () => {
  const clock = new VirtualClock()
  let steps = 0
  const trampoline = new Trampoline({
    clock,
    step: () => {
      steps++
      trampoline.stop()
      return true
    },
    rested: () => assert.unreachable(),
  })
  trampoline.wake()
  await clock.advance(0)
  trampoline.wake()
  await clock.advance(0)
  assert.is(steps, 1)
})

test.run()
