import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, type Random } from '../../src/kernel'
import { hashed, murmur2, sticky } from '../../src/partitioners'
import { SimulatedTopic } from './simulated-topic'

/** The partitions of so many calls in a row. */
const places = (call: (bytes: number) => number, calls: number, bytes = 100): number[] =>
  Array.from({ length: calls }, () => call(bytes))

/** How long each turn was, in calls. */
function turnsOf(partitions: readonly number[]): number[] {
  const turns: number[] = []
  partitions.forEach((partition, at) => {
    if (partition === partitions[at - 1]) turns[turns.length - 1]!++
    else turns.push(1)
  })
  return turns
}

const sizeOf = (random: Random, most: number): number => Math.ceil(random() * most)

test('a partition keeps its turn until it has got 16 KiB', () => {
  const topic = new SimulatedTopic(50)
  const turns = turnsOf(places(topic.caller(sticky()), 10_000))
  assert.is(turns[0], 164)
  // One that is chosen again has two turns in one.
  for (const turn of turns.slice(0, -1)) assert.is(turn % 164, 0)
  assert.ok(turns.length > 50)
})

test('bytes says how long a turn is, and a larger message ends it', () => {
  const topic = new SimulatedTopic(1000)
  const call = topic.caller(sticky({ bytes: 1000 }))
  assert.equal(turnsOf(places(call, 30)), [10, 10, 10])
  const first = call(5000)
  assert.is.not(call(1), first)
})

test('what cannot be a number of bytes is refused', () => {
  for (const bytes of [0, -1, 1.5, NaN, Infinity])
    assert.throws(
      () => sticky({ bytes }),
      (error: unknown) => error instanceof ArgumentError && /sticky option bytes/.test(error.message),
    )
})

test('every partition gets its share, however messages and pauses are', () => {
  const scenario = fc.record({
    seed: fc.integer(),
    partitions: fc.integer({ min: 2, max: 8 }),
    most: fc.constantFrom(100, 500, 3000),
    burst: fc.constantFrom(1, 20, 300),
  })
  const check = fc.property(scenario, ({ seed, partitions, most, burst }) => {
    const topic = new SimulatedTopic(partitions, seed)
    const call = topic.caller(sticky({ bytes: 1000 }))
    const { random } = topic
    // So many turns for each that chance alone hardly ever makes a difference of 8 %.
    const enough = partitions * 4000 * (1000 + most / 3)
    let bytes = 0
    while (bytes < enough) {
      for (let message = 0; message < burst; message++) {
        const size = sizeOf(random, most)
        call(size)
        bytes += size
      }
      // All brokers are as fast as each other, and now and then a little late.
      if (random() < 0.7) topic.drain(() => Infinity)
    }
    for (const share of topic.shares()) assert.ok(Math.abs(share - 1) < 0.08, topic.shares().join(' '))
  })
  fc.assert(check, { numRuns: 8 })
})

test('partitions of a slow broker get less, the others share the rest, and it comes back when it is fast again', () => {
  const topic = new SimulatedTopic(6)
  const call = topic.caller(sticky({ bytes: 1000 }))
  const rounds = (count: number, pace: (partition: number) => number): number[] => {
    const before = [...topic.taken]
    for (let round = 0; round < count; round++) {
      for (let message = 0; message < 60; message++) call(sizeOf(topic.random, 400))
      topic.drain(pace)
    }
    return topic.shares(before)
  }
  // 12 kB come in a round. Partitions 0 and 1 can take a tenth of their share, the others three times theirs.
  const isSlow = (partition: number): boolean => partition < 2
  const shares = rounds(2000, partition => (isSlow(partition) ? 200 : 6000))
  shares.forEach((share, partition) => {
    if (isSlow(partition)) assert.ok(share < 0.25 && share > 0.05, `slow: ${share}`)
    else assert.ok(Math.abs(share - 1.43) < 0.1, `fast: ${share}`)
  })
  topic.waiting.fill(0)
  for (const share of rounds(2000, () => 6000)) assert.ok(Math.abs(share - 1) < 0.1, `again: ${share}`)
})

test('a partition without a leader is left out while others have one', () => {
  const topic = new SimulatedTopic(3)
  topic.leaderless.add(1)
  const call = topic.caller(sticky({ bytes: 100 }))
  assert.equal([...new Set(places(call, 100))].sort(), [0, 2])
  topic.leaderless.add(0).add(2)
  assert.equal([...new Set(places(call, 100))].sort(), [0, 1, 2])
})

test('a partition that loses its leader, or is gone, loses its turn', () => {
  const topic = new SimulatedTopic(2)
  const call = topic.caller(sticky())
  const first = call(1)
  topic.news()
  assert.is(call(1), first, 'news of others')
  topic.leaderless.add(first)
  topic.news()
  assert.is(call(1), 1 - first)
  topic.leaderless.clear()
  topic.news([first])
  assert.is(call(1), first)
})

test('partitions that are added get their share', () => {
  const topic = new SimulatedTopic(2)
  const call = topic.caller(sticky({ bytes: 100 }))
  places(call, 1000)
  topic.drain(() => Infinity)
  topic.news([0, 1, 2, 3])
  const before = [...topic.taken]
  places(call, 8000)
  for (const share of topic.shares(before)) assert.ok(Math.abs(share - 1) < 0.1, String(topic.shares(before)))
})

test('of a topic with thousands of partitions a few are looked at for a turn, and all get their share', () => {
  const topic = new SimulatedTopic(2000)
  const down = topic.partitions.slice(0, 700)
  for (const partition of down) topic.leaderless.add(partition)
  const call = topic.caller(sticky({ bytes: 100 }))
  const turns = 130_000
  places(call, turns)
  assert.ok(topic.looks <= 16 * turns)
  for (const partition of down) assert.is(topic.taken[partition], 0)
  assert.ok(Math.min(...topic.taken.slice(700)) > 0)
  const neighbours = topic.taken.slice(700, 760).reduce((sum, bytes) => sum + bytes, 0)
  // Those that come after many without a leader get no more than others.
  assert.ok(Math.abs(neighbours / 60 / ((turns * 100) / 1300) - 1) < 0.1, String(neighbours))
})

test('one partition of thousands is found, if only it has a leader', () => {
  const topic = new SimulatedTopic(5000)
  for (const partition of topic.partitions) if (partition !== 4321) topic.leaderless.add(partition)
  assert.is(topic.caller(sticky())(1), 4321)
})

test('while a batch gathers a turn may be twice as long, and not longer', () => {
  const topic = new SimulatedTopic(1000)
  const call = topic.caller(sticky({ bytes: 1000 }))
  for (const partition of topic.partitions) topic.gathering.add(partition)
  assert.equal(turnsOf(places(call, 40)), [20, 20])
  const current = call(1200)
  assert.is(call(100), current)
  topic.gathering.clear()
  assert.is.not(call(100), current)
})

test('keys stay where their hash says, whoever has its turn', () => {
  const topic = new SimulatedTopic(7)
  const call = topic.caller(hashed(sticky({ bytes: 150 })))
  const others = new Set<number>()
  for (let at = 0; at < 1000; at++) {
    const key = `user-${at % 40}`
    assert.is(call(100, key), (murmur2(key) & 0x7fffffff) % 7)
    others.add(call(100))
  }
  assert.is(others.size, 7)
})

test('keys do not matter to sticky itself', () => {
  const topic = new SimulatedTopic(100)
  const call = topic.caller(sticky())
  assert.is(new Set([call(1, 'a'), call(1, 'b'), call(1), call(1, 'c')]).size, 1)
})

test('without a producer each call goes anywhere', () => {
  const choose = sticky().forTopic('orders')
  const chosen = Array.from({ length: 300 }, () => choose(null, [0, 1, 2]))
  assert.equal([...new Set(chosen)].sort(), [0, 1, 2])
})

test.run()
