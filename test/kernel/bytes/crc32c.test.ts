import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { crc32c, seededRandom } from '../../../src/kernel'
import { checksumOf } from '../../../src/kernel/bytes/crc32c'
import { crc32cDataAt, crc32cIntegers } from '../../../src/kernel/bytes/crc32c-wasm'

interface Builder {
  modules(): Buffer[]
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

function randomBytes(seed: number, length: number): Buffer {
  const random = seededRandom(seed)
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}

const room = 65_536 - crc32cDataAt
const ways = [
  { way: 'on this processor', checksum: crc32c },
  { way: 'without vectors', checksum: checksumOf(Buffer.from(crc32cIntegers, 'base64')) },
]

for (const { way, checksum } of ways) {
  const check = (bytes: Buffer, start: number, end: number) =>
    assert.is(checksum(bytes, start, end), slowCrc32c(bytes.subarray(start, end)), `${start} to ${end}`)

  test(`${way}: published check values come out (RFC 3720, B.4)`, () => {
    const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    assert.is(checksum(Buffer.from('123456789')), 0xe3069283)
    assert.is(checksum(Buffer.alloc(32)), 0x8a9136aa)
    assert.is(checksum(Buffer.alloc(32, 0xff)), 0x62a8ab43)
    assert.is(checksum(counting), 0x46dd794e)
    assert.is(checksum(Buffer.from(counting).reverse()), 0x113fdb5c)
    assert.is(checksum(Buffer.alloc(0)), 0)
  })

  test(`${way}: every length and every position give what the definition gives`, () => {
    const bytes = randomBytes(32, 600)
    for (let start = 0; start < 20; start++) for (let end = start; end < 90; end++) check(bytes, start, end)
    for (let end = 0; end <= 600; end++) check(bytes, 0, end)
    assert.is(checksum(bytes, 7), slowCrc32c(bytes.subarray(7)))
  })

  test(`${way}: lengths around those from which data is folded, and from any position, give what the definition gives`, () => {
    const bytes = randomBytes(33, 4200)
    for (let end = 2030; end < 2100; end++) check(bytes, 0, end)
    for (let start = 0; start < 20; start++) check(bytes, start, start + 2048 + 31 * start)
    for (const end of [2883, 2884, 2885, 2896, 3719, 3720, 3721, 3744, 4095, 4096, 4097]) check(bytes, 0, end)
  })

  test(`${way}: data larger than the memory of the module gives what the definition gives`, () => {
    const bytes = randomBytes(64, 3 * room)
    for (const end of [room - 1, room, room + 1, room + 2047, room + 2048, 2 * room, 3 * room])
      check(bytes, 0, end)
    check(bytes, 1, 2 * room)
  })

  test(`${way}: what was there before does not matter`, () => {
    const bytes = randomBytes(65, room)
    for (const end of [room, 2048, 100, 3000, 2047, 5000]) check(bytes, 0, end)
  })

  test(`${way}: each single bit of folded data counts as the definition says`, () => {
    const bytes = Buffer.alloc(3000)
    for (let bit = 0; bit < 8 * bytes.length; bit += 37) {
      bytes[bit >> 3] = 1 << (bit & 7)
      check(bytes, 0, bytes.length)
      bytes[bit >> 3] = 0
    }
  })
}

test('the committed modules are what their description assembles to, in about 650 bytes each', () => {
  const builder = createRequire(resolve('package.json'))('./scripts/build-crc32c.js') as Builder
  assert.is(readFileSync(builder.target, 'utf8'), builder.sourceText())
  for (const { length } of builder.modules()) assert.ok(length < 700)
})

test.run()
