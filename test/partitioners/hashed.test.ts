import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hashed, murmur2, roundRobin } from '../../src/partitioners'

const bytes = (text: string) => Buffer.from(text)

const known: readonly (readonly [key: string, hash: number])[] = [
  ['', 275646681],
  ['1', 2301521807],
  ['2', 648968168],
  ['a', 2731586172],
  ['ab', 316155434],
  ['abc', 479470107],
  ['abcd', 2971317748],
  ['testing', 2291530147],
  ['lasquinceletras', 4030895744],
  ['cc54d7f5-8508-4302-bc23-c5d16cfb50fd', 3664243682],
  ['\uc2ac\ue188\ub4e2\u82ac\ue880', 3978338664],
]

for (const [key, hash] of known) {
  test(`murmur2 of "${key}" is what Java's client says`, () => {
    assert.is(murmur2(bytes(key)), hash)
    assert.is(murmur2(key), hash)
  })
}

test('a key lands on the partition that its hash without sign names', () => {
  const choose = hashed().forTopic('orders')
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  assert.is(choose(bytes('cc54d7f5-8508-4302-bc23-c5d16cfb50fd'), ten), (3664243682 & 0x7fffffff) % 10)
  assert.is(choose(bytes('Key: 0'), ten), 6)
  assert.is(choose(bytes('Key: 9'), ten), 5)
})

test('an empty key is a key; only null has none', () => {
  const choose = hashed({ forTopic: () => () => 77 }).forTopic('orders')
  assert.is(choose(Buffer.alloc(0), [0, 1]), 275646681 % 2)
  assert.is(choose(null, [0, 1]), 77)
})

test('round robin goes through the partitions in turn, for each topic on its own', () => {
  const partitioner = roundRobin()
  const orders = partitioner.forTopic('orders')
  const bills = partitioner.forTopic('bills')
  const turns = [1, 2, 3, 4].map(() => orders(bytes('same'), [0, 1, 5]))
  assert.equal(turns, [0, 1, 5, 0])
  assert.is(bills(null, [0, 1]), 0)
})

test.run()
