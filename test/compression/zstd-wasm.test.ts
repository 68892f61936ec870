import { init } from '@bokuweb/zstd-wasm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { zstdCodec } from '../../src/compression/zstd'
import { wasmEngine } from '../../src/compression/zstd-wasm'
import { seededRandom } from '../../src/kernel'
import { orders } from './subjects'

const data = orders(50_000, seededRandom(1))

function roundTrip(): boolean {
  const codec = zstdCodec(wasmEngine())
  return codec.decompress(codec.compress(data), data.length).equals(data)
}

test('zstd in wasm works at once, in the turn in which it is first asked for', () => {
  assert.ok(roundTrip())
})

test('a program that starts the wasm package itself disturbs nothing', async () => {
  await init()
  assert.ok(roundTrip())
  await init()
  assert.ok(roundTrip())
})

test.run()
