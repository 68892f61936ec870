import { damaged } from './refusal'
import { shortXxHash32 } from './xxhash32'

const frameMagic = 0x184d2204
/** Frames of user data, which readers pass over: sixteen magics that differ in their last four bits. */
const skippableMagic = 0x184d2a50
const version = 0x40
const flags = {
  version: 0xc0,
  independentBlocks: 0x20,
  blockChecksums: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  dictionary: 0x01,
}
/** By the three bits of the block size; the first four are not in use. */
const blockSizes = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024]
const blockSizeId64K = 4
const magicBytes = 4

/** What Kafka's Java client writes, hence what every broker reads: independent blocks of 64 KiB, nothing optional. */
export const writtenBlockBytes = 64 * 1024
export const writtenHeaderBytes = 7
/** In a block's length: the block is stored as it is. */
export const storedBit = 0x80000000

export interface Lz4Header {
  /** Position of the first block. */
  readonly end: number
  /** The most that one block decompresses to. */
  readonly blockBytes: number
  readonly independentBlocks: boolean
  readonly blockChecksumBytes: number
  readonly contentChecksumBytes: number
  /** Undefined when the frame does not say. */
  readonly contentBytes: number | undefined
}

/** Position behind the skippable frame that starts here, or undefined when another frame does. */
export function endOfSkippable(data: Buffer, at: number): number | undefined {
  if (at + 8 > data.length || (data.readUInt32LE(at) & ~0xf) !== skippableMagic) return undefined
  const end = at + 8 + data.readUInt32LE(at + 4)
  if (end > data.length) damaged('lz4', `skippable frame at byte ${at} of ${data.length} is cut off`)
  return end
}

export function readHeader(data: Buffer, at: number): Lz4Header {
  if (at + writtenHeaderBytes > data.length)
    damaged('lz4', `frame header at byte ${at} of ${data.length} is cut off`)
  if (data.readUInt32LE(at) !== frameMagic) damaged('lz4', `no frame starts at byte ${at}`)
  const flag = data[at + 4]!
  const blockBytes = blockSizes[(data[at + 5]! >>> 4) & 7]!
  if ((flag & flags.version) !== version) damaged('lz4', `frame of unknown version ${flag >>> 6}`)
  if ((flag & flags.dictionary) !== 0) damaged('lz4', 'the frame needs a dictionary')
  if (blockBytes === 0) damaged('lz4', `block size ${data[at + 5]! >>> 4} is not known`)
  const hasSize = (flag & flags.contentSize) !== 0
  const checksumAt = at + (hasSize ? 14 : 6)
  if (checksumAt >= data.length) damaged('lz4', `frame header at byte ${at} of ${data.length} is cut off`)
  checkHeader(data, at, checksumAt)
  return {
    end: checksumAt + 1,
    blockBytes,
    independentBlocks: (flag & flags.independentBlocks) !== 0,
    blockChecksumBytes: (flag & flags.blockChecksums) === 0 ? 0 : 4,
    contentChecksumBytes: (flag & flags.contentChecksum) === 0 ? 0 : 4,
    contentBytes: hasSize ? Number(data.readBigUInt64LE(at + 6)) : undefined,
  }
}

/** Clients before Kafka 0.10 computed the checksum from the magic on, which the format leaves out (KAFKA-3160). */
function checkHeader(data: Buffer, at: number, checksumAt: number): void {
  const stored = data[checksumAt]
  if (stored === checksumOf(data.subarray(at + magicBytes, checksumAt))) return
  if (stored !== checksumOf(data.subarray(at, checksumAt)))
    damaged('lz4', 'checksum of the frame header is wrong')
}

/** @param withMagic as clients before Kafka 0.10 compute the checksum */
export function writeHeader(target: Buffer, withMagic: boolean): void {
  target.writeUInt32LE(frameMagic)
  target[4] = version | flags.independentBlocks
  target[5] = blockSizeId64K << 4
  target[6] = checksumOf(target.subarray(withMagic ? 0 : magicBytes, 6))
}

function checksumOf(header: Buffer): number {
  return (shortXxHash32(header) >>> 8) & 0xff
}
