import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ClassicWalk, steps } from './classic-walk'

const runs = Number(process.env['RX_KAFKA_RUNS'] ?? 3000)

test('whatever happens in whatever order: one question at a time, and partitions are let go once before the next come', () => {
  let events = 0
  fc.assert(
    fc.property(steps, all => {
      const walk = new ClassicWalk()
      for (const step of all) walk.take(step)
      events += walk.events
    }),
    { seed: 1, numRuns: runs },
  )
  assert.ok(events > 30 * runs, `${events} events`)
})

test('leaving ends everything, whatever was before', () => {
  fc.assert(
    fc.property(steps, all => {
      const walk = new ClassicWalk()
      for (const step of all) walk.take(step)
      walk.finish()
      assert.is(walk.state.phase, 'over')
      assert.is(walk.ended, 1)
      assert.is(walk.owned, undefined)
    }),
    { seed: 2, numRuns: runs },
  )
})

test.run()
