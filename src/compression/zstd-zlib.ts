import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { chunkSize } from './zlib-chunk'
import type { ZstdEngine } from './zstd-engine'

interface ZstdOptions {
  readonly chunkSize?: number
  readonly maxOutputLength?: number
  readonly params?: Readonly<Record<number, number>>
}

/** What node:zlib has from Node 22.15 and 23.8 on. */
interface ZlibZstd {
  readonly zstdCompress?: (
    data: Uint8Array,
    options: ZstdOptions,
    done: (error: Error | null, compressed: Buffer) => void,
  ) => void
  readonly zstdCompressSync?: (data: Uint8Array, options: ZstdOptions) => Buffer
  readonly zstdDecompressSync?: (data: Uint8Array, options: ZstdOptions) => Buffer
}

/** ZSTD_c_compressionLevel */
const levelParam = 100

/** The engine in Node, undefined when this Node has none. */
export function zlibEngine(): ZstdEngine | undefined {
  const { zstdCompress, zstdCompressSync, zstdDecompressSync } = zlib as ZlibZstd
  if (zstdCompress === undefined || zstdCompressSync === undefined || zstdDecompressSync === undefined)
    return undefined
  const zstdCompressAsync = promisify(zstdCompress)
  return {
    compress: (data, level) => zstdCompressSync(data, { params: { [levelParam]: level } }),
    compressAsync: (data, level) =>
      zstdCompressAsync(data, { chunkSize: chunkSize(data.length), params: { [levelParam]: level } }),
    decompress(frame, expectedBytes, maxBytes) {
      const options = {
        maxOutputLength: Math.max(maxBytes, 1),
        chunkSize: chunkSize(Math.min(expectedBytes, maxBytes)),
      }
      try {
        return withoutWaste(zstdDecompressSync(frame, options))
      } catch (error) {
        if (error instanceof RangeError) return undefined
        throw error
      }
    },
  }
}

/** A small result must not keep the large piece alive that it was made in. */
function withoutWaste(data: Buffer): Buffer {
  return data.buffer.byteLength > 2 * data.length ? Buffer.from(data) : data
}
