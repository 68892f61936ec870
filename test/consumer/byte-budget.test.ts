import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FetchMemory } from '../../src/consumer/byte-budget'

test('bytes are free again when everybody who shares them has let go', () => {
  const budget = new FetchMemory(100).join()
  const holding = budget.hold(60)
  holding.share()
  holding.release()
  assert.is(budget.free, 40)
  holding.release()
  assert.is(budget.free, 100)
})

test('what has arrived is held though it does not fit', () => {
  const budget = new FetchMemory(100).join()
  budget.hold(150)
  assert.is(budget.free, -50)
})

test('whoever waits for room is told when bytes become free, until it leaves', () => {
  const budget = new FetchMemory(100).join()
  const seen: number[] = []
  const leave = budget.onRoom(() => seen.push(budget.free))
  const [first, second] = [budget.hold(10), budget.hold(20)]
  first.release()
  leave()
  second.release()
  assert.equal(seen, [80])
})

test.run()
