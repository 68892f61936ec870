import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GrowingSet } from '../../../src/producer/transactions/growing-set'

test('whatever comes from whatever, each has what it was made of, in that order, and nothing else', () => {
  const step = fc.record({ from: fc.nat(), item: fc.nat(9) })
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.array(step, { size: 'max', maxLength: 40 }), (first, steps) => {
      const all = [{ set: GrowingSet.of(...first), model: new Set(first) }]
      for (const { from, item } of steps) {
        const { set, model } = all[from % all.length]!
        all.push({ set: set.with(item), model: new Set([...model, item]) })
      }
      for (const { set, model } of all) {
        assert.equal([...set], [...model])
        assert.is(set.size, model.size)
        for (let item = 0; item < 10; item++) assert.is(set.has(item), model.has(item))
      }
    }),
  )
})

test.run()
