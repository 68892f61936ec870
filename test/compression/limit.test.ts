import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src/compression'
import { DecompressionError, seededRandom, type Codec } from '../../src/kernel'
import { bombs, lies } from './bombs'
import { orders, subjects } from './subjects'

const mebibyte = 1024 * 1024
const codecsOf = (type: string) => subjects.filter(([name]) => name.split(' ')[0] === type)

/** The most that this process has ever had in memory, in bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024

function refusal(codec: Codec, data: Buffer, maxBytes: number): DecompressionError {
  try {
    codec.decompress(data, maxBytes)
  } catch (error) {
    assert.instance(error, DecompressionError)
    return error as DecompressionError
  }
  throw new Error(`not refused: ${data.length} bytes of ${codec.type} with a limit of ${maxBytes}`)
}

test('snappy called again and again within one turn of the event loop piles up no memory', () => {
  const snappy = codecs('snappy')
  const data = orders(64 * 1024, seededRandom(1))
  const compressed = snappy.compress(data)
  const before = peak()
  for (let round = 0; round < 3000; round++) snappy.decompress(compressed, data.length)
  assert.ok(peak() - before < 128 * mebibyte, `${peak() - before} bytes`)
})

test('snappy in many empty blocks takes no memory for each', () => {
  const snappy = codecs('snappy')
  const emptyBlock = Buffer.from([0, 0, 0, 1, 0])
  const blocks = Buffer.alloc(100_000 * emptyBlock.length, emptyBlock)
  const data = Buffer.concat([snappy.compress(Buffer.alloc(0)), blocks])
  const before = peak()
  assert.is(snappy.decompress(data, mebibyte).length, 0)
  assert.ok(peak() - before < 16 * mebibyte, `${peak() - before} bytes`)
})

for (const [name, codec] of subjects)
  test(`${name} answers data of exactly the limit, and refuses one byte more with the option's name`, () => {
    for (const bytes of [2, 1000, 65536, 65537, 300_000]) {
      const data = orders(bytes, seededRandom(3))
      const compressed = codec.compress(data)
      assert.ok(codec.decompress(compressed, bytes).equals(data))
      const error = refusal(codec, compressed, bytes - 1)
      assert.is(error.kind, 'decompression')
      assert.is(error.codec, codec.type)
      assert.is(error.limit, bytes - 1)
      assert.match(error.message, `would pass maxDecompressedBytes (${bytes - 1}); raise it to read this`)
    }
  })

for (const { type, name, data, announced } of bombs)
  for (const [subject, codec] of codecsOf(type))
    test(`${subject} refuses ${name} (${data.length} bytes) without taking the memory`, () => {
      const limit = announced ? 400 * mebibyte : mebibyte
      const before = peak()
      assert.is(refusal(codec, data, limit).limit, limit)
      const taken = peak() - before
      assert.ok(taken < 32 * mebibyte, `${taken} bytes were taken`)
    })

for (const { type, name, data } of lies)
  for (const [subject, codec] of codecsOf(type))
    test(`${subject} takes ${name} for damaged whatever the limit, and takes no memory`, () => {
      const before = peak()
      assert.is(refusal(codec, data, 4 * 1024 * mebibyte).limit, undefined)
      assert.ok(peak() - before < 32 * mebibyte)
    })

test('a limit beyond what a Buffer can hold is no fault', () => {
  for (const [, codec] of subjects) {
    const data = Buffer.from('small')
    assert.ok(codec.decompress(codec.compress(data), Number.MAX_SAFE_INTEGER).equals(data))
  }
})

test.run()
