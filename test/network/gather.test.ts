import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gather } from '../../src/network/gather'

const bytes = (length: number, fill: number): Buffer => Buffer.alloc(length, fill)

test('small chunks in a row become one, large ones are not copied', () => {
  const large = bytes(100_000, 3)
  const gathered = gather([bytes(10, 1), bytes(20, 2), large, bytes(5, 4)])
  assert.equal(
    gathered.map(({ length }) => length),
    [30, 100_000, 5],
  )
  assert.is(gathered[1], large)
})

test('the bytes stay the same and in order', () => {
  const chunks = [1, 20_000, 2, 3, 16_384, 16_383, 0, 7].map((length, index) => bytes(length, index))
  assert.ok(Buffer.concat(gather(chunks)).equals(Buffer.concat(chunks)))
})

test('there is always something to write, so that its end is told', () => {
  assert.is(gather([]).length, 1)
  const only = bytes(3, 1)
  assert.is(gather([only])[0], only)
})

test.run()
