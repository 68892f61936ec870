import { damaged } from './refusal'

const frameMagic = 0xfd2fb528
/** Frames of user data, which readers pass over: sixteen magics that differ in their last four bits. */
const skippableMagic = 0x184d2a50
const largestBlock = 128 * 1024
/** Not more than zstd itself and Kafka's Java client agree to unless they are told to. */
const largestWindow = 128 * 1024 * 1024
const flags = { singleSegment: 0x20, reserved: 0x08, checksum: 0x04 }
const sizeFieldBytes = [0, 2, 4, 8]
const dictionaryIdBytes = [0, 1, 2, 4]
const blockTypes = { raw: 0, run: 1, compressed: 2 }

/** Where a frame lies, and what can be known of its content without decompressing it. */
export interface ZstdFrame {
  readonly start: number
  readonly end: number
  /** Bytes of content; the same when the frame announces its size. */
  readonly atLeast: number
  readonly atMost: number
}

interface Header {
  /** Position of the first block. */
  readonly end: number
  readonly contentBytes: number | undefined
  readonly blockBytes: number
  readonly checksumBytes: number
}

/** The frames that lie one behind the other (RFC 8878), skippable ones left out. Walks block headers only. */
export function zstdFrames(data: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = []
  if (data.length === 0) damaged('zstd', 'no data')
  for (let at = 0; at < data.length;) {
    const magic = uintAt(data, at, 4)
    if ((magic & ~0xf) >>> 0 === skippableMagic) {
      at += 8 + uintAt(data, at + 4, 4)
      if (at > data.length) cutOff(data)
    } else if (magic === frameMagic) {
      const frame = walkFrame(data, at)
      frames.push(frame)
      at = frame.end
    } else damaged('zstd', `no frame starts at byte ${at}`)
  }
  return frames
}

function walkFrame(data: Buffer, start: number): ZstdFrame {
  const header = readHeader(data, start)
  let at = header.end
  let atLeast = 0
  let atMost = 0
  for (let isLast = false; !isLast;) {
    const block = uintAt(data, at, 3)
    const type = (block >>> 1) & 3
    const size = block >>> 3
    if (type > blockTypes.compressed) damaged('zstd', `block of unknown type at byte ${at}`)
    if (type !== blockTypes.compressed) atLeast += size
    atMost += type === blockTypes.compressed ? header.blockBytes : size
    at += 3 + (type === blockTypes.run ? 1 : size)
    isLast = (block & 1) === 1
  }
  const end = at + header.checksumBytes
  if (end > data.length) cutOff(data)
  const { contentBytes } = header
  if (contentBytes === undefined) return { start, end, atLeast, atMost }
  if (contentBytes < atLeast || contentBytes > atMost)
    damaged('zstd', `frame announces ${contentBytes} bytes, its blocks hold ${atLeast} to ${atMost}`)
  return { start, end, atLeast: contentBytes, atMost: contentBytes }
}

function readHeader(data: Buffer, start: number): Header {
  const descriptor = uintAt(data, start + 4, 1)
  if ((descriptor & flags.reserved) !== 0) damaged('zstd', `frame at byte ${start} is of a kind not known`)
  const singleSegment = (descriptor & flags.singleSegment) !== 0
  let at = start + 5
  const windowBytes = singleSegment ? largestBlock : windowOf(uintAt(data, at++, 1))
  if (windowBytes > largestWindow)
    damaged('zstd', `window of ${windowBytes} bytes, more than ${largestWindow}`)
  at += dictionaryIdBytes[descriptor & 3]!
  const sizeCode = descriptor >>> 6
  const sizeBytes = sizeCode === 0 && singleSegment ? 1 : sizeFieldBytes[sizeCode]!
  const contentBytes = sizeBytes === 0 ? undefined : uintAt(data, at, sizeBytes) + (sizeBytes === 2 ? 256 : 0)
  return {
    end: at + sizeBytes,
    contentBytes,
    blockBytes: Math.min(windowBytes, largestBlock),
    checksumBytes: (descriptor & flags.checksum) === 0 ? 0 : 4,
  }
}

/** An exponent of two in the five upper bits, eighths of it in the lower three. */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** Little-endian; exact below 2^53, which is far above any limit. */
function uintAt(data: Buffer, at: number, bytes: number): number {
  if (at + bytes > data.length) cutOff(data)
  if (bytes <= 6) return data.readUIntLE(at, bytes)
  return data.readUInt32LE(at) + data.readUInt32LE(at + 4) * 2 ** 32
}

function cutOff(data: Buffer): never {
  damaged('zstd', `a frame is cut off at byte ${data.length}`)
}
