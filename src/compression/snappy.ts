import type * as Snappy from 'snappy'
import type { Codec } from '../kernel'
import { asBuffer } from './view'
import { checkLevel } from './level'
import { optionalPackage } from './optional-package'
import { damaged, tooLarge } from './refusal'
import { isXerial, xerialBlockBytes, xerialBlocks, xerialHeader } from './xerial'

/**
 * The library's own memory is freed only when the event loop turns, so a loop over batches would pile it up; copies
 * are the garbage collector's.
 */
const copied = { copyOutputData: true }
const copiedBytes = { asBuffer: true, copyOutputData: true }

/** No raw snappy grows by more: three bytes stand for at most 64. */
const largestGrowth = 22

let loaded: Codec | undefined

/** Snappy: written in xerial framing as Java does, read with or without it. */
export function snappy(): Codec {
  return (loaded ??= snappyCodec(optionalPackage('snappy compression', 'run `npm install snappy`', load)))
}

function load(): typeof Snappy {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- native code: loaded only where it is used
  return require('snappy') as typeof Snappy
}

function snappyCodec(library: typeof Snappy): Codec {
  return {
    type: 'snappy',
    compress(data, level) {
      checkLevel('snappy', level)
      const pieces: Uint8Array[] = [xerialHeader]
      for (let at = 0; at < data.length; at += xerialBlockBytes) {
        const block = library.compressSync(data.subarray(at, at + xerialBlockBytes), copied)
        const length = Buffer.allocUnsafe(4)
        length.writeInt32BE(block.length)
        pieces.push(length, block)
      }
      return Buffer.concat(pieces)
    },
    decompress(data, maxBytes) {
      const bytes = asBuffer(data)
      const blocks = () => (isXerial(bytes) ? xerialBlocks(bytes) : [bytes])
      let total = 0
      for (const block of blocks()) total += announcedBytes(block)
      if (total > maxBytes) tooLarge('snappy', maxBytes, total)
      const output = Buffer.allocUnsafe(total)
      let end = 0
      // One after another: bytes that lie can be a million empty blocks. Each is as long as it announces, or refused.
      for (const block of blocks()) end += uncompress(library, block).copy(output, end)
      return output
    },
  }
}

function uncompress(library: typeof Snappy, block: Buffer): Buffer {
  try {
    return library.uncompressSync(block, copiedBytes) as Buffer
  } catch (error) {
    damaged('snappy', error instanceof Error ? error.message : String(error), error)
  }
}

/** A raw block begins with its uncompressed length, a varint of at most 32 bits. */
function announcedBytes(block: Buffer): number {
  let length = 0
  for (let at = 0; at < 5 && at < block.length; at++) {
    const byte = block[at]!
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) {
      if (length > block.length * largestGrowth)
        damaged('snappy', `${block.length} bytes cannot hold the ${length} that they announce`)
      return length
    }
  }
  damaged('snappy', 'the uncompressed length is cut off or too long')
}
