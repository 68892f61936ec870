import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decompressFrameSync } from 'lz4-napi'
import { codecs } from '../../src/compression'
import { ArgumentError, seededRandom } from '../../src/kernel'
import { noise, orders, subjects } from './subjects'

const sizes = [
  0, 1, 2, 4, 5, 12, 13, 16, 100, 1000, 32767, 32768, 32769, 65535, 65536, 65537, 200_000, 1_048_576,
]
const contents = {
  'orders in JSON': orders,
  noise,
  zeros: (bytes: number) => Buffer.alloc(bytes),
  'noise behind orders': (bytes: number, random: () => number) =>
    Buffer.concat([orders(bytes >> 1, random), noise(bytes - (bytes >> 1), random)]),
} as const

const roundTrip = suite('round trip')
for (const [name, codec] of subjects)
  for (const [kind, make] of Object.entries(contents))
    roundTrip(`${name} gives ${kind} back at every size, with a limit of just that size`, () => {
      const random = seededRandom(7)
      for (const size of sizes) {
        const data = make(size, random)
        const compressed = codec.compress(data)
        assert.ok(codec.decompress(compressed, Math.max(size, 1)).equals(data), `${size} bytes`)
        assert.ok(compressed.length < size * 1.01 + 64, `${size} bytes became ${compressed.length}`)
      }
    })

for (const [name, { compressAsync, ...codec }] of subjects)
  if (compressAsync !== undefined)
    roundTrip(`${name} on another thread gives everything back, and knows the same levels`, async () => {
      for (const [kind, make] of Object.entries(contents))
        for (const size of sizes) {
          const data = make(size, seededRandom(7))
          const compressed = await compressAsync(data, size % 2 === 0 ? undefined : 1)
          assert.ok(codec.decompress(compressed, Math.max(size, 1)).equals(data), `${kind} of ${size} bytes`)
        }
      const error: unknown = await compressAsync(Buffer.from('x'), 100).catch((failure: unknown) => failure)
      assert.instance(error, ArgumentError)
    })

for (const [name, codec] of subjects)
  roundTrip(`${name} leaves what it is given as it was, and answers memory of its own`, () => {
    const data = orders(3000, seededRandom(1))
    const before = Buffer.from(data)
    const first = codec.compress(data)
    const again = Buffer.from(first)
    codec.compress(noise(3000, seededRandom(2)))
    assert.ok(data.equals(before))
    assert.ok(first.equals(again))
    const back = codec.decompress(first, 3000)
    codec.decompress(codec.compress(noise(3000, seededRandom(3))), 3000)
    assert.ok(back.equals(before))
    assert.ok(first.equals(again))
  })

for (const [name, codec] of subjects)
  roundTrip(`${name} shrinks orders to less than half`, () => {
    assert.ok(codec.compress(orders(100_000, seededRandom(1))).length < 50_000)
  })

roundTrip('random sizes of lz4 are read by another implementation too', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 300; round++) {
    const size = Math.floor(random() ** 3 * 150_000)
    const data = random() < 0.7 ? orders(size, random) : noise(size, random)
    assert.ok(decompressFrameSync(codecs('lz4').compress(data)).equals(data), `round ${round}`)
  }
})

roundTrip.run()
