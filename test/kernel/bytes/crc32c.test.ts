import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { crc32c, seededRandom } from '../../../src/kernel'

interface Builder {
  assemble(): Buffer
  sourceText(): string
  readonly target: string
}

/** Bit by bit, straight from the definition. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}

test('published check values come out (RFC 3720, B.4)', () => {
  const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
  assert.is(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.is(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.is(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43)
  assert.is(crc32c(counting), 0x46dd794e)
  assert.is(crc32c(Buffer.from(counting).reverse()), 0x113fdb5c)
  assert.is(crc32c(Buffer.alloc(0)), 0)
})

test('every length and every position give what the definition gives', () => {
  const random = seededRandom(32)
  const bytes = Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)))
  for (let start = 0; start < 20; start++) {
    for (let end = start; end < 90; end++)
      assert.is(crc32c(bytes, start, end), slowCrc32c(bytes.subarray(start, end)), `${start} to ${end}`)
  }
  assert.is(crc32c(bytes, 7), slowCrc32c(bytes.subarray(7)))
})

test('data larger than the memory of the module gives what the definition gives', () => {
  const random = seededRandom(64)
  const bytes = Buffer.from(Array.from({ length: 49_152 }, () => Math.floor(random() * 256)))
  for (const length of [49_151, 49_152]) {
    assert.is(crc32c(bytes, 0, length), slowCrc32c(bytes.subarray(0, length)))
  }
  const large = Buffer.concat([bytes, bytes.subarray(0, 49_150)])
  assert.is(crc32c(large, 1), slowCrc32c(large.subarray(1)))
})

test('the committed module is what its description assembles to, in about 400 bytes', () => {
  const builder = createRequire(resolve('package.json'))('./scripts/build-crc32c.js') as Builder
  assert.is(readFileSync(builder.target, 'utf8'), builder.sourceText())
  assert.ok(builder.assemble().length < 450)
})

test.run()
