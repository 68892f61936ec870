import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src/compression'
import { shortXxHash32 } from '../../src/compression/xxhash32'
import { DecompressionError, type CompressionType } from '../../src/kernel'
import { subjects } from './subjects'
import { vectors } from './vectors'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** An lz4 frame; its header gets the right checksum. */
function lz4(header: string, ...rest: (string | Buffer)[]): Buffer {
  const start = hex(`04224d18 ${header}`)
  const checksum = Buffer.from([shortXxHash32(start.subarray(4)) >>> 8])
  return Buffer.concat([start, checksum, ...rest.map(part => (typeof part === 'string' ? hex(part) : part))])
}

/** As the linked blocks of a recorded frame, under a header that says that they are independent. */
function lz4FalselyIndependent(): Buffer {
  const { compressed } = vectors.find(({ name }) => name.startsWith('linked blocks'))!
  const frame = Buffer.from(compressed)
  frame[4]! |= 0x20
  frame[14] = shortXxHash32(frame.subarray(4, 14)) >>> 8
  return frame
}

/** 64 KiB and a little: a literal, then a match of 65,554 bytes, and an end that adds nothing. */
const oversizedBlock = Buffer.concat([hex('1f 61 0100'), Buffer.alloc(257, 255), hex('00 00')])
const blockLength = Buffer.from([oversizedBlock.length & 0xff, oversizedBlock.length >> 8, 0, 0])
const xerial = '82534e4150505900 00000001 00000001'

const cases: [type: CompressionType, name: string, data: Buffer, text: RegExp][] = [
  ['gzip', 'something else', Buffer.from('not gzip at all'), /^gzip: incorrect header check$/],
  ['gzip', 'a wrong checksum', gzipWithWrongChecksum(), /^gzip: incorrect data check$/],

  [
    'snappy',
    'a length that never ends',
    hex('ffffffffff01'),
    /^snappy: the uncompressed length is cut off or too/,
  ],
  [
    'snappy',
    'a promise too large to keep',
    hex('e807 00 61'),
    /^snappy: 4 bytes cannot hold the 1000 that they/,
  ],
  ['snappy', 'a copy from before the beginning', hex('08 04 6161 1503'), /^snappy: /],
  [
    'snappy',
    'a block length below zero',
    hex(`${xerial} ffffffff`),
    /^snappy: block at byte 16 of 20 is cut off or/,
  ],
  [
    'snappy',
    'a block length beyond the end',
    hex(`${xerial} 00000004 026162`),
    /^snappy: block at byte 16 of 23 is/,
  ],
  ['snappy', 'a second header cut off', hex(`${xerial} 82534e41505059`), /^snappy: .* cut off/],
  [
    'snappy',
    'a second header without its end',
    hex(`${xerial} 82534e4150505900 0000`),
    /^snappy: stream header at/,
  ],

  ['lz4', 'something else', Buffer.from('not lz4 at all'), /^lz4: no frame starts at byte 0$/],
  [
    'lz4',
    'something else behind a frame',
    lz4('6040', '00000000', 'beef00000000000000'),
    /no frame starts at byte 11/,
  ],
  ['lz4', 'another version', lz4('a040', '00000000'), /^lz4: frame of unknown version 2$/],
  ['lz4', 'a dictionary', lz4('614000000000', '00000000'), /^lz4: the frame needs a dictionary$/],
  ['lz4', 'an unknown block size', lz4('6030', '00000000'), /^lz4: block size 3 is not known$/],
  ['lz4', 'no end mark', lz4('6040', '01000080 61'), /^lz4: the frame has no end mark$/],
  [
    'lz4',
    'a block cut off',
    lz4('6040', '05000080 61'),
    /^lz4: block at byte 7 of 12 is cut off or has a wrong length$/,
  ],
  [
    'lz4',
    'a block checksum cut off',
    lz4('7040', '01000080 61 0000'),
    /^lz4: block at byte 7 of 14 is cut off/,
  ],
  [
    'lz4',
    'a content checksum cut off',
    lz4('6440', '00000000 0000'),
    /^lz4: checksum at the end of the frame is cut/,
  ],
  [
    'lz4',
    'a skippable frame cut off',
    hex('502a4d18 05000000 00'),
    /^lz4: skippable frame at byte 0 of 9 is cut off$/,
  ],
  [
    'lz4',
    'less than announced',
    lz4('684002000000 00000000', '01000080 61 00000000'),
    /announces 2 bytes and holds 1/,
  ],
  [
    'lz4',
    'more than announced',
    lz4('684001000000 00000000', '02000080 6161 00000000'),
    /announces 1 bytes and holds 2/,
  ],
  [
    'lz4',
    'a match at distance 0',
    lz4('6040', '0a000000 10 61 0000 50 6161616161', '00000000'),
    /does not decode/,
  ],
  [
    'lz4',
    'a match before the beginning',
    lz4('6040', '0a000000 10 61 0200 50 6161616161', '00000000'),
    /does not decode/,
  ],
  [
    'lz4',
    'literals beyond the block',
    lz4('6040', '02000000 50 61', '00000000'),
    /^lz4: a block does not decode$/,
  ],
  [
    'lz4',
    'a length without end',
    lz4('6040', '03000000 f0 ffff', '00000000'),
    /^lz4: a block does not decode$/,
  ],
  [
    'lz4',
    'a match at the end of a block',
    lz4('6040', '04000000 10 61 0100', '00000000'),
    /^lz4: a block does not/,
  ],
  [
    'lz4',
    'a block over the block size',
    lz4('6040', blockLength, oversizedBlock, '00000000'),
    /^lz4: a block does not/,
  ],
  [
    'lz4',
    'a stored block over it',
    lz4('6040', '01000180', Buffer.alloc(65537), '00000000'),
    /^lz4: stored block at byte 7/,
  ],
  [
    'lz4',
    'a match into an independent block before',
    lz4FalselyIndependent(),
    /^lz4: a block does not decode$/,
  ],

  ['zstd', 'something else', Buffer.from('not zstd at all'), /^zstd: no frame starts at byte 0$/],
  [
    'zstd',
    'something else behind a frame',
    hex('28b52ffd 20 00 010000 beef0000'),
    /^zstd: no frame starts at byte 9$/,
  ],
  ['zstd', 'a reserved bit', hex('28b52ffd 28 00 010000'), /^zstd: frame at byte 0 is of a kind not known$/],
  [
    'zstd',
    'a block of unknown type',
    hex('28b52ffd 20 00 070000'),
    /^zstd: block of unknown type at byte 6$/,
  ],
  ['zstd', 'no last block', hex('28b52ffd 20 00 000000'), /^zstd: a frame is cut off at byte 9$/],
  ['zstd', 'a block cut off', hex('28b52ffd 20 02 110000 61'), /^zstd: a frame is cut off at byte 10$/],
  [
    'zstd',
    'a checksum cut off',
    hex('28b52ffd 24 00 010000 000000'),
    /^zstd: a frame is cut off at byte 12$/,
  ],
  ['zstd', 'a skippable frame cut off', hex('5f2a4d18 05000000 00'), /^zstd: a frame is cut off at byte 9$/],
  [
    'zstd',
    'a window over 128 MiB',
    hex('28b52ffd 00 89 010000'),
    /^zstd: window of 150994944 bytes, more than 134217728$/,
  ],
  [
    'zstd',
    'less than announced',
    hex('28b52ffd 20 02 090000 61'),
    /announces 2 bytes, its blocks hold 1 to 1$/,
  ],
  [
    'zstd',
    'more than announced',
    hex('28b52ffd 20 01 110000 6161'),
    /announces 1 bytes, its blocks hold 2 to 2$/,
  ],
  ['zstd', 'a wrong checksum', hex('28b52ffd 24 01 090000 61 00000000'), /^zstd: ./],
]

function gzipWithWrongChecksum(): Buffer {
  const data = codecs('gzip').compress(Buffer.from('data'))
  data[data.length - 8]! ^= 1
  return data
}

for (const [type, name, data, text] of cases)
  for (const [subject, codec] of subjects.filter(([, { type: own }]) => own === type))
    test(`${subject} with ${name} is refused as damaged`, () => {
      try {
        codec.decompress(data, 200_000)
      } catch (error) {
        assert.instance(error, DecompressionError)
        const { message, limit } = error as DecompressionError
        assert.match(message, text)
        assert.is(limit, undefined)
        return
      }
      assert.unreachable('was not refused')
    })

test.run()
