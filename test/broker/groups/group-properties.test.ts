import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { steps, Walk } from './walk'

const runs = Number(process.env['RX_KAFKA_RUNS'] ?? 200)

test('whatever is asked in whatever order: each request has one answer, and the group stays whole', () => {
  fc.assert(
    fc.property(steps, all => {
      const walk = new Walk()
      for (const step of all) walk.take(step)
    }),
    { seed: 1, numRuns: runs },
  )
})

test('when nobody speaks any more the group ends up Empty, and nobody waits', () => {
  fc.assert(
    fc.property(steps, all => {
      const walk = new Walk()
      for (const step of all) walk.take(step)
      walk.fallSilent()
      assert.is(walk.state.members.size, 0)
      assert.ok(walk.state.state === 'Empty' || walk.state.state === 'Dead')
      assert.is(walk.open.size, 0)
    }),
    { seed: 2, numRuns: runs },
  )
})

test.run()
