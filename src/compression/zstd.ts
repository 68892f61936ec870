import type { Codec } from '../kernel'
import { checkLevel } from './level'
import { damaged, tooLarge } from './refusal'
import { asBuffer } from './view'
import type { ZstdEngine } from './zstd-engine'
import { zstdFrames, type ZstdFrame } from './zstd-frame'
import { wasmEngine } from './zstd-wasm'
import { zlibEngine } from './zstd-zlib'

const defaultLevel = 3

let found: Codec | undefined

/** zstd: Node's own where it has one, else the package @bokuweb/zstd-wasm. */
export function zstd(): Codec {
  return (found ??= zstdCodec(zlibEngine() ?? wasmEngine()))
}

export function zstdCodec(engine: ZstdEngine): Codec {
  const { compressAsync } = engine
  return {
    type: 'zstd',
    compress(data, level) {
      checkLevel('zstd', level)
      return engine.compress(data, level ?? defaultLevel)
    },
    compressAsync:
      compressAsync &&
      (async (data, level) => {
        checkLevel('zstd', level)
        return compressAsync(data, level ?? defaultLevel)
      }),
    decompress: (data, maxBytes) => decompress(engine, asBuffer(data), maxBytes),
  }
}

/** What the frames announce is held against the limit before the first one is decompressed. */
function decompress(engine: ZstdEngine, data: Buffer, maxBytes: number): Buffer {
  const frames = zstdFrames(data)
  const atLeast = frames.reduce((sum, frame) => sum + frame.atLeast, 0)
  if (atLeast > maxBytes) tooLarge('zstd', maxBytes, atLeast)
  let left = maxBytes
  const pieces = frames.map(frame => {
    const piece = content(engine, data.subarray(frame.start, frame.end), frame, left)
    if (piece === undefined) tooLarge('zstd', maxBytes)
    left -= piece.length
    return piece
  })
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

function content(engine: ZstdEngine, bytes: Buffer, { atMost }: ZstdFrame, left: number): Buffer | undefined {
  try {
    return engine.decompress(bytes, atMost, left)
  } catch (error) {
    damaged('zstd', error instanceof Error ? error.message : String(error), error)
  }
}
