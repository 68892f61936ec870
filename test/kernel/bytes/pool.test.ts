import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BufferPool } from '../../../src/kernel'

test('a buffer has at least the bytes asked for, in powers of two from 1 KiB', () => {
  const pool = new BufferPool(0)
  const sizes = [0, 1, 1024, 1025, 4096, 4097, 1_000_000].map(bytes => pool.acquire(bytes).length)
  assert.equal(sizes, [1024, 1024, 1024, 2048, 4096, 8192, 1_048_576])
})

test('a released buffer is handed out again for any size of its class', () => {
  const pool = new BufferPool(1 << 20)
  const buffer = pool.acquire(3000)
  pool.release(buffer)
  assert.is(pool.idleBytes, 4096)
  assert.is.not(pool.acquire(1000), buffer)
  assert.is(pool.acquire(2049), buffer)
  assert.is(pool.idleBytes, 0)
})

test('two holders never share a buffer', () => {
  const pool = new BufferPool(1 << 20)
  pool.release(pool.acquire(1024))
  assert.is.not(pool.acquire(1024), pool.acquire(1024))
})

test('no more lies idle than the limit allows', () => {
  const pool = new BufferPool(10_000)
  const buffers = [1, 2, 3].map(() => pool.acquire(4096))
  for (const buffer of buffers) pool.release(buffer)
  assert.is(pool.idleBytes, 8192)
})

test('sizes in use now displace those that lie about', () => {
  const pool = new BufferPool(65_536)
  const small = Array.from({ length: 64 }, () => pool.acquire(1024))
  for (const buffer of small) pool.release(buffer)
  const large = pool.acquire(65_536)
  pool.release(large)
  assert.is(pool.idleBytes, 65_536)
  assert.is(pool.acquire(65_536), large)
})

test('a buffer above the largest class is made to measure and not kept', () => {
  const pool = new BufferPool(1 << 30)
  const buffer = pool.acquire(20_000_001)
  assert.is(buffer.length, 20_000_001)
  pool.release(buffer)
  assert.is(pool.idleBytes, 0)
})

test('buffers do not alias the shared slab of small Node buffers', () => {
  const buffer = new BufferPool(0).acquire(1)
  assert.is(buffer.buffer.byteLength, buffer.length)
})

test.run()
