import { GrowingOutput } from './growing-output'
import { blockTooLarge, decodeBlock } from './lz4-decode'
import { endOfSkippable, readHeader, storedBit, type Lz4Header } from './lz4-frame'
import { damaged, tooLarge } from './refusal'

/** A first guess: records shrink to about a third. */
const usualGrowth = 4
/** One byte of a block stands for at most 255 bytes of output. */
const largestGrowth = 255

/**
 * The content of one LZ4 frame or several, one behind the other. Their checksums of blocks and content are not
 * looked at, since the CRC of the record batch around them covers the same bytes.
 */
export function readFrames(data: Buffer, maxBytes: number): Buffer {
  if (data.length === 0) damaged('lz4', 'no data')
  const output = new GrowingOutput('lz4', maxBytes, data.length * usualGrowth)
  try {
    for (let at = 0; at < data.length;) at = endOfSkippable(data, at) ?? readFrame(data, at, output)
    return output.copy()
  } finally {
    output.release()
  }
}

function readFrame(data: Buffer, at: number, output: GrowingOutput): number {
  const header = readHeader(data, at)
  const { contentBytes } = header
  const start = output.length
  if (contentBytes !== undefined && contentBytes > output.room)
    tooLarge('lz4', start + output.room, start + contentBytes)
  const end = readBlocks(data, header, output) + header.contentChecksumBytes
  if (end > data.length) damaged('lz4', `checksum at the end of the frame is cut off`)
  if (contentBytes !== undefined && contentBytes !== output.length - start)
    damaged('lz4', `frame announces ${contentBytes} bytes and holds ${output.length - start}`)
  return end
}

/** @returns the position behind the end mark */
function readBlocks(data: Buffer, header: Lz4Header, output: GrowingOutput): number {
  const { blockBytes, blockChecksumBytes, independentBlocks } = header
  const start = output.length
  for (let at = header.end; ;) {
    const size = at + 4 <= data.length ? data.readUInt32LE(at) : damaged('lz4', 'the frame has no end mark')
    if (size === 0) return at + 4
    const from = at + 4
    const end = from + (size & ~storedBit)
    if (end + blockChecksumBytes > data.length)
      damaged('lz4', `block at byte ${at} of ${data.length} is cut off or has a wrong length`)
    const block = data.subarray(from, end)
    if (size < storedBit) readBlock(block, independentBlocks ? output.length : start, blockBytes, output)
    else if (block.length <= blockBytes) output.append(block)
    else damaged('lz4', `stored block at byte ${at} is over the frame's block size`)
    at = end + blockChecksumBytes
  }
}

/** @param floor how far back the block may refer to */
function readBlock(block: Buffer, floor: number, blockBytes: number, output: GrowingOutput): void {
  const most = Math.min(blockBytes, block.length * largestGrowth)
  output.reserve(most)
  const limit = output.length + Math.min(most, output.room)
  const end = decodeBlock(block, output.bytes, floor, output.length, limit)
  if (end >= 0) output.length = end
  else if (end === blockTooLarge && most > output.room) tooLarge('lz4', output.length + output.room)
  else damaged('lz4', 'a block does not decode')
}
