import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { judge, shareOf, valueOf } from './judge'

const right = [0, 1, 2].flatMap(partition =>
  Array.from({ length: shareOf(partition, 10, 3) }, (_, index) => valueOf(partition, index)),
)
const fine = { missing: 0, doubled: 0, disordered: 0, strange: 0 }

test('each message once and in order is right, however partitions are mixed', () => {
  assert.is(right.length, 10)
  assert.equal(judge(right, 10, 3), fine)
  const mixed = [...right].sort((a, b) => a.slice(2).localeCompare(b.slice(2)))
  assert.equal(judge(mixed, 10, 3), fine)
})

test('what is missing, doubled, out of order or unknown is counted', () => {
  assert.equal(judge(right.slice(1), 10, 3), { ...fine, missing: 1 })
  assert.equal(judge([...right, right.at(-1)!], 10, 3), { ...fine, doubled: 1 })
  assert.equal(judge([right[1]!, right[0]!, ...right.slice(2)], 10, 3), { ...fine, disordered: 1 })
  assert.equal(judge([...right, '3-0', '0-99', 'x'], 10, 3), { ...fine, strange: 3 })
})

test.run()
