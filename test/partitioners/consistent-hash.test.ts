import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/kernel'
import { consistentHash, murmur2, roundRobin } from '../../src/partitioners'

const upTo = (count: number): number[] => [...Array(count).keys()]
const keys = upTo(5000).map(at => Buffer.from(`user-${at}`))

function placesOf(partitions: readonly number[], options = {}) {
  const choose = consistentHash(options).forTopic('orders')
  return keys.map(key => choose(key, partitions))
}

test('when a partition is added about 1/n of the keys move, and all of them to it', () => {
  const sizes = fc.record({ before: fc.integer({ min: 1, max: 30 }), more: fc.integer({ min: 1, max: 3 }) })
  const check = fc.property(sizes, ({ before, more }) => {
    const old = placesOf(upTo(before))
    const now = placesOf(upTo(before + more))
    const moved = now.filter((partition, at) => partition !== old[at])
    for (const partition of moved) assert.ok(partition >= before, `to ${partition}, which is not new`)
    const share = more / (before + more)
    const part = moved.length / keys.length
    assert.ok(part > 0.7 * share && part < 1.35 * share, `${before} + ${more}: ${part}`)
  })
  fc.assert(check, { numRuns: 15 })
})

test('when a partition is gone only its own keys move', () => {
  const old = placesOf(upTo(6))
  placesOf([0, 1, 3, 4, 5]).forEach((partition, at) => {
    if (old[at] !== 2) assert.is(partition, old[at])
  })
})

test('one chooser follows the partitions of its topic, there and back', () => {
  const choose = consistentHash().forTopic('orders')
  for (const count of [3, 4, 3, 12, 1]) {
    const partitions = upTo(count)
    const expected = placesOf(partitions)
    // News without a change comes in another array.
    for (const array of [partitions, [...partitions]])
      assert.equal(
        keys.map(key => choose(key, array)),
        expected,
      )
  }
})

test('keys are spread over the partitions, the more evenly the more replicas there are', () => {
  const unevenness = (replicas?: number): number => {
    const counts = upTo(10).map(() => 0)
    for (const partition of placesOf(upTo(10), { replicas })) counts[partition]!++
    return Math.max(...counts.map(count => Math.abs(count / 500 - 1)))
  }
  assert.ok(unevenness() < 0.25, String(unevenness()))
  assert.ok(unevenness(1000) < 0.15, String(unevenness(1000)))
  assert.ok(unevenness(1) > 0.5, String(unevenness(1)))
})

test('keys stay where earlier releases put them', () => {
  const choose = consistentHash().forTopic('orders')
  const placed = ['', 'a', 'user-1', 'user-2', 'schlüssel', 'ключ'].map(key =>
    choose(Buffer.from(key), upTo(12)),
  )
  assert.equal(placed, [3, 4, 6, 2, 9, 11])
})

test('the text of a key stands for its bytes', () => {
  const partitioner = consistentHash()
  assert.is(partitioner.takesText, true)
  const choose = partitioner.forTopic('orders')
  for (const key of ['', 'a', 'schlüssel', 'x'.repeat(100)])
    // @ts-expect-error -- told to those who say that they take text
    assert.is(choose(key, upTo(50)), choose(Buffer.from(key), upTo(50)))
})

test('a hash of one’s own places keys and partitions, and sees bytes', () => {
  const seen: string[] = []
  const hash = (key: Uint8Array): number => {
    seen.push(String(key))
    return murmur2(key) ^ 0x55555555
  }
  const partitioner = consistentHash({ hash, replicas: 2 })
  assert.is(partitioner.takesText, false)
  const choose = partitioner.forTopic('orders')
  choose(Buffer.from('k'), [4, 7])
  assert.equal(seen, ['4-0', '4-1', '7-0', '7-1', 'k'])
})

test('the ring closes: a key behind the last place belongs to the first', () => {
  const at: Record<string, number> = { '0-0': 10, '1-0': 20, low: 5, at: 10, between: 11, high: 0xffffffff }
  const choose = consistentHash({ hash: key => at[String(key)]!, replicas: 1 }).forTopic('orders')
  const placed = ['low', 'at', 'between', 'high'].map(key => choose(Buffer.from(key), [0, 1]))
  assert.equal(placed, [0, 0, 1, 0])
})

test('a hash that is no number is an error that says so', () => {
  const bad = consistentHash({ hash: key => (String(key) === 'bad' ? NaN : 1) }).forTopic('orders')
  assert.is(bad(Buffer.from('good'), [0, 1]), 0)
  assert.throws(
    () => bad(Buffer.from('bad'), [0, 1]),
    (error: unknown) => error instanceof ArgumentError && /hash of consistentHash/.test(error.message),
  )
})

test('calls without a key are placed by another', () => {
  const choose = consistentHash({ withoutKey: roundRobin() }).forTopic('orders')
  assert.equal(
    [1, 2, 3].map(() => choose(null, [0, 1])),
    [0, 1, 0],
  )
  const anywhere = consistentHash().forTopic('orders')
  assert.is(new Set(Array.from({ length: 100 }, () => anywhere(null, [0, 1]))).size, 2)
})

test('options that cannot be used are refused by name', () => {
  for (const options of [{ replicas: 0 }, { hash: 'md5' }, { withoutKey: 1 }, { replica: 1 }])
    assert.throws(
      // @ts-expect-error -- what a caller in JavaScript may give
      () => consistentHash(options),
      (error: unknown) => error instanceof ArgumentError && /consistentHash option/.test(error.message),
    )
})

test.run()
