import { codecs } from '../../src/compression'
import { zstdCodec } from '../../src/compression/zstd'
import { wasmEngine } from '../../src/compression/zstd-wasm'
import { zlibEngine } from '../../src/compression/zstd-zlib'
import type { Codec, Random } from '../../src/kernel'

/** Every codec that there is, zstd with each engine that runs on this Node. */
export const subjects: readonly (readonly [name: string, codec: Codec])[] = [
  ['gzip', codecs('gzip')],
  ['snappy', codecs('snappy')],
  ['lz4', codecs('lz4')],
  ['lz4 for format 0', codecs('lz4', 0)],
  ['zstd in wasm', zstdCodec(wasmEngine())],
  ...nodeZstd(),
]

function nodeZstd(): [string, Codec][] {
  const engine = zlibEngine()
  return engine === undefined ? [] : [['zstd in Node', zstdCodec(engine)]]
}

/** What records look like: shrinks to about a third. */
export function orders(bytes: number, random: Random): Buffer {
  const parts: string[] = []
  for (let length = 0; length < bytes; length += parts.at(-1)!.length) {
    const [id, user, amount] = [1e9, 1e5, 1e4].map(below => Math.floor(random() * below))
    parts.push(`{"id":${id},"user":"user-${user}","type":"order","amount":${amount! / 100}}`)
  }
  return Buffer.from(parts.join('')).subarray(0, bytes)
}

export function noise(bytes: number, random: Random): Buffer {
  const data = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at++) data[at] = random() * 256
  return data
}
