import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src/compression'
import { shortXxHash32 } from '../../src/compression/xxhash32'
import { seededRandom } from '../../src/kernel'
import { noise } from './subjects'

const lz4Blocks = (frame: Buffer): { stored: boolean; length: number }[] => {
  const blocks = []
  for (let at = 7; frame.readUInt32LE(at) !== 0;) {
    const size = frame.readUInt32LE(at)
    blocks.push({ stored: size >= 0x80000000, length: size & 0x7fffffff })
    at += 4 + (size & 0x7fffffff)
  }
  return blocks
}

test('snappy is written as Java does: the xerial header, then blocks of 32 KiB behind their length', () => {
  const data = noise(70_000, seededRandom(5))
  const written = codecs('snappy').compress(data)
  assert.is(written.toString('hex', 0, 16), '82534e41505059000000000100000001')
  const lengths: number[] = []
  for (let at = 16; at < written.length; at += 4 + written.readInt32BE(at)) {
    const block = written.subarray(at + 4, at + 4 + written.readInt32BE(at))
    lengths.push(codecs('snappy').decompress(block, 100_000).length)
  }
  assert.equal(lengths, [32768, 32768, 70_000 - 65536])
})

test('lz4 is written as Java does: independent blocks of 64 KiB without checksums, stored where they do not shrink', () => {
  const data = Buffer.concat([Buffer.alloc(65536), noise(65536, seededRandom(5)), Buffer.alloc(10)])
  const written = codecs('lz4').compress(data)
  assert.is(written.toString('hex', 0, 7), '04224d18604082')
  const blocks = lz4Blocks(written)
  assert.equal(
    blocks.map(({ stored }) => stored),
    [false, true, true],
  )
  assert.equal(blocks.slice(1), [
    { stored: true, length: 65536 },
    { stored: true, length: 10 },
  ])
  assert.is(written.readUInt32LE(written.length - 4), 0)
})

test('lz4 for message format 0 has the header checksum of old clients, and differs in nothing else', () => {
  const data = Buffer.from('the same data in both')
  const [now, then] = [codecs('lz4').compress(data), codecs('lz4', 0).compress(data)]
  assert.is(then.toString('hex', 0, 7), '04224d1860401a')
  assert.is(codecs('lz4', 1).compress(data).toString('hex'), now.toString('hex'))
  assert.is(then.toString('hex', 7), now.toString('hex', 7))
})

test('both header checksums of lz4 are read whatever the format, any other is refused', () => {
  const frame = codecs('lz4').compress(Buffer.from('x'))
  for (let checksum = 0; checksum < 256; checksum++) {
    frame[6] = checksum
    for (const magic of [0, 1, 2] as const) {
      const read = () => codecs('lz4', magic).decompress(frame, 10)
      if (checksum === 0x82 || checksum === 0x1a) assert.is(read().toString(), 'x')
      else assert.throws(read, /lz4: checksum of the frame header is wrong/)
    }
  }
})

test('xxHash32 of up to 15 bytes is that of its specification', () => {
  const hashes: Record<string, number> = {
    '': 0x02cc5d05,
    a: 0x550d7456,
    abc: 0x32d153ff,
    abcd: 0xa3643705,
    '0123456789abcde': 0x1dbdfa0f,
  }
  for (const [text, hash] of Object.entries(hashes)) assert.is(shortXxHash32(Buffer.from(text)), hash, text)
})

test('snappy without xerial framing is read, and several xerial streams one behind the other', () => {
  const snappy = codecs('snappy')
  const stream = snappy.compress(Buffer.from('one '))
  assert.is(snappy.decompress(stream.subarray(20), 100).toString(), 'one ')
  const streams = Buffer.concat([stream, snappy.compress(Buffer.from('two'))])
  assert.is(snappy.decompress(streams, 100).toString(), 'one two')
})

test.run()
