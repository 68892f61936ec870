import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DecompressionError, seededRandom, type Codec, type Random } from '../../src/kernel'
import { orders, subjects } from './subjects'
import { vectors } from './vectors'

const limit = 1024 * 1024

/** What the codec makes of it: data within the limit, or its error. Anything else is thrown on. */
function attempt(codec: Codec, data: Buffer): Buffer | DecompressionError {
  try {
    const back = codec.decompress(data, limit)
    assert.ok(back.length <= limit)
    return back
  } catch (error) {
    if (!(error instanceof DecompressionError)) throw error
    assert.is(error.codec, codec.type)
    assert.match(error.message, `${codec.type}: `)
    return error
  }
}

/** Beginnings that are whole by themselves: all members or blocks up to there, which nothing tells from all. */
function wholeBeginnings(codec: Codec, data: Buffer): number {
  let whole = 0
  for (let length = 0; length < data.length; length++) {
    const answer = attempt(codec, data.subarray(0, length))
    if (answer instanceof DecompressionError)
      assert.is(answer.limit, undefined, `${length}: ${answer.message}`)
    else whole++
  }
  return whole
}

for (const [name, codec] of subjects) {
  test(`${name} refuses data that is cut off anywhere`, () => {
    const data = codec.compress(orders(1500, seededRandom(1)))
    // An empty xerial stream is its header alone.
    assert.is(wholeBeginnings(codec, data), codec.type === 'snappy' ? 1 : 0)
  })

  test(`${name} answers any change of its bytes with data or its own error`, () => {
    const random = seededRandom(2)
    const sources = [codec.compress(orders(700, random)), codec.compress(orders(70_000, random))]
    for (const { type, compressed } of vectors) if (type === codec.type) sources.push(compressed)
    let refused = 0
    for (let round = 0; round < 500; round++) {
      const source = sources[round % sources.length]!
      if (attempt(codec, changed(source, random)) instanceof DecompressionError) refused++
    }
    assert.ok(refused > 150, `${refused} were refused`)
  })

  test(`${name} answers noise with data or its own error`, () => {
    const random = seededRandom(3)
    const start = codec.compress(Buffer.from('something'))
    for (let round = 0; round < 500; round++) {
      const kept = Math.floor(random() * start.length)
      const noise = Buffer.from(Array.from({ length: random() * 60 }, () => random() * 256))
      attempt(codec, Buffer.concat([start.subarray(0, kept), noise]))
    }
  })

  test(`${name} refuses no data at all`, () => {
    assert.instance(attempt(codec, Buffer.alloc(0)), DecompressionError)
  })

  test(`${name} works as before after all that`, () => {
    const data = orders(200_000, seededRandom(4))
    assert.ok(codec.decompress(codec.compress(data), data.length).equals(data))
  })
}

/** Bytes overwritten, bits turned, a part left out or said twice. */
function changed(source: Buffer, random: Random): Buffer {
  const data = Buffer.from(source)
  const below = (end: number) => Math.floor(random() * end)
  // Half of all changes hit the beginning, where the headers are.
  const place = () => below(random() < 0.5 ? Math.min(24, data.length) : data.length)
  const at = place()
  const part = data.subarray(at, at + below(20))
  switch (below(5)) {
    case 0:
      data[at] = random() * 256
      return data
    case 1:
      data[at]! ^= 1 << below(8)
      data[place()]! ^= 1 << below(8)
      return data
    case 2:
      data.subarray(at, at + 1 + below(4)).fill([0, 255][below(2)]!)
      return data
    case 3:
      return Buffer.concat([data.subarray(0, at), data.subarray(at + part.length)])
    default:
      return Buffer.concat([data.subarray(0, at), part, data.subarray(at)])
  }
}

test.run()
