import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asksOf, planFetches, type FetchLimits, type PartitionView } from '../../src/consumer/plan-fetch'

const limits: FetchLimits = {
  now: 1000,
  busy: new Set(),
  room: 1_000_000,
  isStuck: false,
  isAmple: true,
  fetchMaxBytes: 50_000_000,
}
const asking = { now: 1000, fetchMaxBytes: 50_000_000, fetchMaxWaitMs: 500 }
const view = (over: Partial<PartitionView> = {}): PartitionView => ({
  leader: 1,
  position: { offset: 0n, leaderEpoch: -1 },
  isValidating: false,
  notBefore: 0,
  isPaused: false,
  isWanted: true,
  hasFailed: false,
  bufferedBytes: 0,
  fetchBytes: 1000,
  bufferBytes: 2000,
  ...over,
})
const reasons = (views: readonly PartitionView[], over: Partial<FetchLimits> = {}) =>
  planFetches(views, { ...limits, ...over }).map(plan => ('skip' in plan ? plan.skip : 'fetch'))

test('a partition with a position, a leader and room is asked for', () => {
  assert.equal(reasons([view()]), ['fetch'])
})

test('every gate says why', () => {
  assert.equal(reasons([view({ isPaused: true })]), ['paused'])
  assert.equal(reasons([view({ isWanted: false })]), ['unread'])
  const views = [
    view({ hasFailed: true }),
    view({ notBefore: 1001 }),
    view({ position: undefined }),
    view({ isValidating: true }),
    view({ leader: undefined }),
    view({ leader: 2 }),
    view({ bufferedBytes: 2000 }),
    view({ fetchBytes: 1_000_001 }),
  ]
  assert.equal(reasons(views, { busy: new Set([2]) }), [
    'failed',
    'backing-off',
    'locating',
    'validating',
    'no-leader',
    'fetch-under-way',
    'buffer-full',
    'no-room',
  ])
})

test('a partition stays in the fetch while less than two answers of it are buffered', () => {
  assert.equal(reasons([view({ bufferedBytes: 1999 }), view({ bufferedBytes: 2000 })]), [
    'fetch',
    'buffer-full',
  ])
})

test('room is used up in the order of the partitions', () => {
  assert.equal(reasons([view(), view(), view()], { room: 2500 }), ['fetch', 'fetch', 'no-room'])
})

test('partitions of one leader take no more room than its answer may bring', () => {
  const views = [view(), view(), view(), view({ leader: 2 }), view({ leader: 3 })]
  const some = { room: 2500, fetchMaxBytes: 1500 }
  assert.equal(reasons(views, some), ['fetch', 'fetch', 'fetch', 'fetch', 'no-room'])
  const asks = asksOf(planFetches(views, { ...limits, ...some }), { ...asking, ...some })
  assert.equal(
    asks.map(({ maxBytes }) => maxBytes),
    [1500, 1000],
  )
})

test('when nothing is held the first partition is asked for, however little room there is', () => {
  assert.equal(reasons([view(), view()], { room: 10, isStuck: true }), ['fetch', 'no-room'])
  assert.equal(reasons([view(), view()], { room: 10 }), ['no-room', 'no-room'])
})

test('one request goes to each leader, in the order of the partitions', () => {
  const views = [view({ leader: 2 }), view({ leader: 1 }), view({ leader: 2 })]
  const asks = asksOf(planFetches(views, limits), asking)
  assert.equal(
    asks.map(({ leader, parts, maxBytes }) => [
      leader,
      parts.map(({ partition }) => views.indexOf(partition)),
      maxBytes,
    ]),
    [
      [2, [0, 2], 2000],
      [1, [1], 1000],
    ],
  )
})

test('a long poll is for those who leave nobody out', () => {
  const waitOf = (views: readonly PartitionView[]) => asksOf(planFetches(views, limits), asking)[0]!.maxWaitMs
  assert.is(waitOf([view()]), 500)
  assert.is(waitOf([view(), view({ bufferedBytes: 5000 })]), 10)
  assert.is(waitOf([view(), view({ fetchBytes: 1e7 })]), 10)
  assert.is(waitOf([view(), view({ leader: 2, fetchBytes: 1e7 })]), 10)
  assert.is(waitOf([view(), view({ position: undefined })]), 10)
  assert.is(waitOf([view(), view({ leader: 2, position: undefined })]), 10)
  assert.is(waitOf([view(), view({ leader: 2, bufferedBytes: 5000 })]), 500)
  assert.is(waitOf([view(), view({ notBefore: 1300 })]), 300)
  assert.is(waitOf([view(), view({ hasFailed: true })]), 500)
})

test('whatever the partitions, each has its decision and what is asked for fits the room', () => {
  const views = fc.array(
    fc.record({
      leader: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      position: fc.option(fc.constant({ offset: 5n, leaderEpoch: 0 }), { nil: undefined }),
      isValidating: fc.boolean(),
      notBefore: fc.integer({ min: 0, max: 2000 }),
      isPaused: fc.boolean(),
      isWanted: fc.boolean(),
      hasFailed: fc.boolean(),
      bufferedBytes: fc.nat(3000),
      fetchBytes: fc.integer({ min: 1, max: 2000 }),
      bufferBytes: fc.integer({ min: 1, max: 4000 }),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(views, fc.nat(20_000), fc.subarray([1, 2, 3]), (partitions, room, busy) => {
      const planned = planFetches(partitions, { ...limits, room, busy: new Set(busy) })
      assert.equal(
        planned.map(({ partition }) => partition),
        partitions,
      )
      const asks = asksOf(planned, asking)
      assert.ok(asks.reduce((sum, { maxBytes }) => sum + maxBytes, 0) <= room)
      assert.ok(asks.every(({ leader }) => !busy.includes(leader)))
      const asked = asks.flatMap(({ parts }) => parts.map(({ partition }) => partition))
      assert.is(asked.length, planned.filter(plan => 'fetch' in plan).length)
      assert.is(new Set(asks.map(({ leader }) => leader)).size, asks.length)
    }),
    { seed: 2, numRuns: 300 },
  )
})

test.run()
