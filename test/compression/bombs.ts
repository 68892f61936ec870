import { codecs } from '../../src/compression'
import { xerialHeader } from '../../src/compression/xerial'
import type { CompressionType } from '../../src/kernel'

const mebibyte = 1024 * 1024

/** Small data that would become large; `announced` when it says so at its beginning. */
export interface Bomb {
  readonly type: CompressionType
  readonly name: string
  readonly data: Buffer
  readonly announced: boolean
}

const zeros = Buffer.alloc(mebibyte)
const repeat = (data: Buffer, times: number) => Buffer.concat(Array.from({ length: times }, () => data))

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** An lz4 frame of blocks of up to 4 MiB, each the same. */
function lz4Frame(block: Buffer, times: number): Buffer {
  const header = Buffer.from('04224d186070', 'hex')
  const length = uint32(block.length)
  return Buffer.concat([
    header,
    Buffer.from([0x73]),
    repeat(Buffer.concat([length, block]), times),
    uint32(0),
  ])
}

/** One literal, then a match that repeats it 4 MiB times, then the five literals that end a block. */
function lz4Zeros(): Buffer {
  const match = 4 * mebibyte - 6 - 19
  const runs = Buffer.alloc(Math.floor(match / 255), 255)
  return Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), runs, Buffer.from([match % 255, 0x50, 0, 0, 0, 0, 0])])
}

/** A zstd frame with a window of 128 KiB and blocks of one byte repeated. */
function zstdRuns(times: number): Buffer {
  const run = (isLast: boolean) => Buffer.from([2 | (isLast ? 1 : 0), 0, 0x10, 0])
  return Buffer.concat([Buffer.from('28b52ffd0038', 'hex'), repeat(run(false), times - 1), run(true)])
}

/** What follows the header of a zstd frame that announces its size in four bytes. */
function zstdAnnouncing(bytes: number, blocks: Buffer): Buffer {
  return Buffer.concat([Buffer.from('28b52ffd8038', 'hex'), uint32(bytes), blocks])
}

const gibibyte = 1024 * mebibyte
const snappyVarint = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x04])
const bigEndian = (value: number) => uint32(value).reverse()
const snappyZeros = codecs('snappy')
  .compress(Buffer.alloc(32 * 1024))
  .subarray(16)
const lz4Announcing = Buffer.concat([Buffer.from('04224d186840', 'hex'), uint32(gibibyte), uint32(0)])

export const bombs: readonly Bomb[] = [
  {
    type: 'gzip',
    name: '512 members of 1 MiB',
    data: repeat(codecs('gzip').compress(zeros), 512),
    announced: false,
  },
  {
    type: 'snappy',
    name: '16,384 blocks of 32 KiB',
    data: Buffer.concat([xerialHeader, repeat(snappyZeros, 16_384)]),
    announced: true,
  },
  { type: 'lz4', name: '128 blocks of 4 MiB', data: lz4Frame(lz4Zeros(), 128), announced: false },
  {
    type: 'lz4',
    name: '8,192 blocks of 64 KiB',
    data: repeat(codecs('lz4').compress(zeros), 512),
    announced: false,
  },
  {
    type: 'lz4',
    name: 'a frame that announces 1 GiB',
    data: Buffer.concat([lz4Announcing, Buffer.from([0x61]), Buffer.alloc(1024)]),
    announced: true,
  },
  { type: 'zstd', name: '8,192 blocks of one byte repeated', data: zstdRuns(8192), announced: true },
  {
    type: 'zstd',
    name: 'a frame that announces 1 GiB, and holds it',
    data: zstdAnnouncing(gibibyte, zstdRuns(8192).subarray(6)),
    announced: true,
  },
  {
    type: 'zstd',
    name: '512 frames of 1 MiB',
    data: repeat(codecs('zstd').compress(zeros), 512),
    announced: true,
  },
  { type: 'zstd', name: 'blocks that do not say', data: zstdQuiet(), announced: false },
]

/** Announcements that the few bytes behind them cannot keep. */
export const lies: readonly Omit<Bomb, 'announced'>[] = [
  { type: 'snappy', name: '1 GiB in 1 KiB', data: Buffer.concat([snappyVarint, Buffer.alloc(1019)]) },
  {
    type: 'snappy',
    name: '1 GiB in a xerial block of 1 KiB',
    data: Buffer.concat([xerialHeader, bigEndian(1024), snappyVarint, Buffer.alloc(1019)]),
  },
  { type: 'zstd', name: '1 GiB in one block', data: zstdAnnouncing(gibibyte, Buffer.from([3, 0, 0x10, 0])) },
]

/** The library's own frames with the announced size taken out: compressed blocks may hold anything up to 128 KiB. */
function zstdQuiet(): Buffer {
  const frame = codecs('zstd').compress(Buffer.alloc(8 * mebibyte))
  const headerBytes = frame[4] === 0xa0 ? 9 : 10
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), frame.subarray(headerBytes)])
}
