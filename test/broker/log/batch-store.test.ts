import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BatchStore } from '../../../src/broker/log/batch-store'
import type { StoredBatch } from '../../../src/broker/log'

const batch = (baseOffset: bigint, count: number): StoredBatch => ({
  bytes: Buffer.alloc(count),
  baseOffset,
  lastOffset: baseOffset + BigInt(count) - 1n,
  maxTimestamp: 0n,
  leaderEpoch: 0,
})

const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ push: fc.integer({ min: 1, max: 9 }), gap: fc.constantFrom(0, 0, 3) }),
  },
  { weight: 3, arbitrary: fc.constant('shift' as const) },
  { weight: 1, arbitrary: fc.constant('pop' as const) },
)

test('a store is an array of batches that is taken from at both ends', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 400 }), actions => {
      const store = new BatchStore()
      const model: StoredBatch[] = []
      let next = 0n
      for (const one of actions) {
        if (one === 'shift') assert.is(store.shift(), model.shift())
        else if (one === 'pop') assert.is(store.pop(), model.pop())
        else {
          const added = batch(next + BigInt(one.gap), one.push)
          next = added.lastOffset + 1n
          store.push(added)
          model.push(added)
        }
        assert.equal([store.length, store.first, store.last], [model.length, model[0], model.at(-1)])
      }
      assert.equal([...store], model)
      assert.is(
        store.sizeInBytes,
        model.reduce((sum, { bytes }) => sum + bytes.length, 0),
      )
      for (let to = 0; to <= model.length; to++)
        for (const from of [0, to - 1, to >> 1]) {
          const between = model.slice(Math.max(0, from), to)
          const expected = between.reduce((sum, { bytes }) => sum + bytes.length, 0)
          assert.is(store.bytesBetween(Math.max(0, from), to), expected)
        }
      for (let offset = 0n; offset <= next; offset++) {
        const found = model.findIndex(({ lastOffset }) => lastOffset >= offset)
        assert.is(store.indexOf(offset), found < 0 ? model.length : found)
      }
    }),
    { seed: 1, numRuns: 150 },
  )
})

test('batches are taken from the front of a long store in no time', () => {
  const store = new BatchStore()
  const count = 300_000
  const one = batch(0n, 1)
  for (let index = 0; index < count; index++) store.push(one)
  const started = performance.now()
  while (store.shift() !== undefined);
  assert.ok(performance.now() - started < 1000)
  assert.is(store.sizeInBytes, 0)
})

test.run()
