import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AckTracker } from '../../src/consumer/ack-tracker'

const at = (offset: number) => ({ offset: BigInt(offset), leaderEpoch: 0 })

test('nothing is done before the first ack', () => {
  const tracker = new AckTracker()
  tracker.add(at(10))
  assert.is(tracker.done, undefined)
})

test('acks in order move the done part on', () => {
  const tracker = new AckTracker()
  const [first, second] = [tracker.add(at(10)), tracker.add(at(25))]
  assert.ok(tracker.ack(first))
  assert.is(tracker.done!.offset, 10n)
  assert.ok(tracker.ack(second))
  assert.equal(tracker.done, { offset: 25n, leaderEpoch: 0, sequence: 2 })
})

test('an ack out of order waits for those before it', () => {
  const tracker = new AckTracker()
  const [first, second] = [tracker.add(at(10)), tracker.add(at(25))]
  assert.not(tracker.ack(second))
  assert.is(tracker.done, undefined)
  tracker.ack(first)
  assert.is(tracker.done!.offset, 25n)
})

test('what holds no messages is done once all before it is', () => {
  const tracker = new AckTracker()
  const first = tracker.add(at(10))
  tracker.skip(at(12))
  assert.is(tracker.done, undefined)
  tracker.ack(first)
  assert.is(tracker.done!.offset, 12n)
})

test('acking twice is as acking once', () => {
  const tracker = new AckTracker()
  const first = tracker.add(at(10))
  tracker.add(at(20))
  tracker.ack(first)
  assert.not(tracker.ack(first))
  assert.is(tracker.done!.offset, 10n)
})

test('whatever the order of acks, the done part is the longest run without a gap', () => {
  const deliveries = fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), acked: fc.boolean() }), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(deliveries, fc.infiniteStream(fc.nat()), (list, dice) => {
      const tracker = new AckTracker()
      let offset = 0
      const ends = list.map(({ size }) => (offset += size))
      const sequences = ends.map(end => tracker.add(at(end)))
      const acked = sequences.filter((_, i) => list[i]!.acked)
      while (acked.length > 0) tracker.ack(acked.splice(dice.next().value % acked.length, 1)[0]!)
      const run = list.findIndex(one => !one.acked)
      const count = run < 0 ? list.length : run
      assert.is(tracker.done?.sequence ?? 0, count)
      assert.is(tracker.done?.offset, count === 0 ? undefined : BigInt(ends[count - 1]!))
    }),
    { seed: 1, numRuns: 300 },
  )
})

test.run()
