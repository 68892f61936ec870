import { gunzipSync, gzipSync } from 'node:zlib'
import * as zstd from '@bokuweb/zstd-wasm'
import * as snappy from 'snappy'
import type { Codec, CodecLookup } from '../../../src/kernel'

/** The codecs as other packages have them, without the bounds of ours: enough to see what records hold. */
export const testCodecs: CodecLookup = type => ({
  type,
  ...(codecs[type] ?? { compress: refuse, decompress: refuse }),
})

/** To be awaited before zstd is asked for. */
export const codecsReady = (): Promise<void> => zstd.init()

const codecs: Readonly<Record<string, Pick<Codec, 'compress' | 'decompress'>>> = {
  gzip: {
    compress: (data, level) => gzipSync(data, level === undefined ? {} : { level }),
    decompress: (data, maxOutputLength) => gunzipSync(data, { maxOutputLength }),
  },
  snappy: {
    compress: data => Buffer.from(snappy.compressSync(Buffer.from(data))),
    decompress: data => unsnappy(Buffer.from(data)),
  },
  lz4: { compress: refuse, decompress: data => unlz4(Buffer.from(data)) },
  zstd: {
    compress: data => Buffer.from(zstd.compress(data)),
    decompress: data => Buffer.from(zstd.decompress(data)),
  },
}

function refuse(): never {
  throw new Error('not written in these tests')
}

/** Raw, or in blocks with lengths behind a header of 16 bytes, as Java writes it. */
function unsnappy(data: Buffer): Buffer {
  if (data.readUInt8(0) !== 0x82) return Buffer.from(snappy.uncompressSync(data) as Buffer)
  const blocks: Buffer[] = []
  for (let at = 16; at < data.length;) {
    const length = data.readInt32BE(at)
    blocks.push(snappy.uncompressSync(data.subarray(at + 4, at + 4 + length)) as Buffer)
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

/** An LZ4 frame, its checksums not looked at: those of old clients are wrong. */
function unlz4(frame: Buffer): Buffer {
  const flags = frame[4]!
  const out: number[] = []
  let at = 7 + (flags & 0x08 ? 8 : 0)
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    at += 4
    const length = size & 0x7fffffff
    const block = frame.subarray(at, at + length)
    if (size >>> 31) out.push(...block)
    else unlz4Block(block, out)
    at += length + (flags & 0x10 ? 4 : 0)
  }
  return Buffer.from(out)
}

function unlz4Block(block: Buffer, out: number[]): void {
  let at = 0
  const length = (start: number): number => {
    let total = start
    if (start === 15) {
      let byte: number
      do total += byte = block[at++]!
      while (byte === 255)
    }
    return total
  }
  while (at < block.length) {
    const token = block[at++]!
    for (let left = length(token >> 4); left > 0; left--) out.push(block[at++]!)
    if (at >= block.length) return
    const distance = block.readUInt16LE(at)
    at += 2
    for (let left = length(token & 15) + 4; left > 0; left--) out.push(out[out.length - distance]!)
  }
}
