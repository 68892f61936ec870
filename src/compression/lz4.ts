import { BufferPool, type Codec } from '../kernel'
import { checkLevel } from './level'
import { encodeBlock, encodedBound } from './lz4-encode'
import { storedBit, writeHeader, writtenBlockBytes, writtenHeaderBytes } from './lz4-frame'
import { readFrames } from './lz4-read'
import { asBuffer } from './view'

const pool = new BufferPool(4 * 1024 * 1024)

/** LZ4 frames as Java's client writes them; read whatever they hold, in both ways of the header checksum. */
export const lz4: Codec = lz4Codec(false)

/** For message sets of format 0, whose readers expect a header checksum of their own kind (KAFKA-3160). */
export const lz4ForFormat0: Codec = lz4Codec(true)

function lz4Codec(checksumWithMagic: boolean): Codec {
  return {
    type: 'lz4',
    compress(data, level) {
      checkLevel('lz4', level)
      return writeFrame(asBuffer(data), checksumWithMagic)
    },
    decompress: (data, maxBytes) => readFrames(asBuffer(data), maxBytes),
  }
}

function writeFrame(data: Buffer, checksumWithMagic: boolean): Buffer {
  const blocks = Math.ceil(data.length / writtenBlockBytes)
  const frame = pool.acquire(writtenHeaderBytes + blocks * (4 + encodedBound(writtenBlockBytes)) + 4)
  writeHeader(frame, checksumWithMagic)
  let end = writtenHeaderBytes
  for (let at = 0; at < data.length; at += writtenBlockBytes)
    end = writeBlock(data.subarray(at, at + writtenBlockBytes), frame, end)
  end = frame.writeUInt32LE(0, end)
  const written = Buffer.from(frame.subarray(0, end))
  pool.release(frame)
  return written
}

/** A block that does not shrink is stored. */
function writeBlock(block: Buffer, frame: Buffer, at: number): number {
  const start = at + 4
  let end = encodeBlock(block, frame, start)
  const stored = end - start >= block.length
  if (stored) end = start + block.copy(frame, start)
  frame.writeUInt32LE(end - start + (stored ? storedBit : 0), at)
  return end
}
