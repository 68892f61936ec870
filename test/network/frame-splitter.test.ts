import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ProtocolError, seededRandom } from '../../src/kernel'
import { FrameSplitter } from '../../src/network'

const framed = (body: Buffer): Buffer => {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(body.length)
  return Buffer.concat([prefix, body])
}

/** Pushes from one buffer that is overwritten after every push, as a socket's static buffer is. */
const split = (bytes: Buffer, sizes: () => number): Buffer[] => {
  const frames: Buffer[] = []
  const splitter = new FrameSplitter(frame => void frames.push(frame), { where: 'test' })
  for (let at = 0; at < bytes.length;) {
    const piece = Buffer.from(bytes.subarray(at, at + sizes()))
    splitter.push(piece)
    piece.fill(0xee)
    at += piece.length
  }
  return frames
}

test('frames come out whole whatever the pieces', () => {
  const random = seededRandom(7)
  const bodies = [0, 1, 3, 4, 100, 0, 70_000, 5].map((length, index) => Buffer.alloc(length, index + 1))
  const stream = Buffer.concat(bodies.map(framed))
  const cuts: (() => number)[] = [() => stream.length, () => 1, () => 3, () => 65_536]
  for (let round = 0; round < 20; round++) cuts.push(() => 1 + Math.floor(random() * 20_000))
  for (const sizes of cuts) {
    const frames = split(stream, sizes)
    assert.is(frames.length, bodies.length)
    frames.forEach((frame, index) => assert.ok(frame.equals(bodies[index]!)))
  }
})

test('a frame without bytes comes at once', () => {
  assert.is(split(Buffer.from([0, 0, 0, 0]), () => 4).length, 1)
})

test('each frame is one buffer of its own', () => {
  const frames = split(Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))]), () => 100)
  frames[0]!.fill(0)
  assert.is(frames[1]!.toString(), 'two')
})

test('a length below zero or over the limit is refused before anything is allocated', () => {
  for (const [prefix, reason] of [
    [[0xff, 0xff, 0xff, 0xff], 'frame length -1 is negative'],
    [[0x00, 0x00, 0x04, 0x01], 'frame length 1025 is over maxFrameBytes (1024)'],
  ] as const) {
    const splitter = new FrameSplitter(() => undefined, { where: 'broker1 response', maxFrameBytes: 1024 })
    try {
      splitter.push(Buffer.from(prefix))
      assert.unreachable()
    } catch (error) {
      assert.instance(error, ProtocolError)
      assert.is((error as ProtocolError).where, 'broker1 response')
      assert.is((error as ProtocolError).reason, reason)
    }
  }
  const splitter = new FrameSplitter(() => undefined, { where: 'test', maxFrameBytes: 1024 })
  assert.not.throws(() => splitter.push(Buffer.from([0, 0, 4, 0])))
})

test('memory follows what has arrived, not the length announced', () => {
  const arrayBuffers = (): number => process.memoryUsage().arrayBuffers
  const splitters: FrameSplitter[] = []
  const before = arrayBuffers()
  for (let i = 0; i < 50; i++) {
    const splitter = new FrameSplitter(() => undefined, { where: 'test' })
    splitter.push(Buffer.from([0x06, 0x40, 0, 0, 1, 2, 3]))
    splitters.push(splitter)
  }
  const taken = arrayBuffers() - before
  assert.ok(taken < 2_000_000, `${taken} bytes for 50 frames of which 3 bytes of 104,857,600 have come`)
  assert.is(splitters.length, 50)
})

test('what comes after a frame is kept when the receiver throws', () => {
  const frames: string[] = []
  const splitter = new FrameSplitter(
    frame => {
      frames.push(frame.toString())
      if (frames.length === 1) throw new Error('receiver')
    },
    { where: 'test' },
  )
  assert.throws(() => splitter.push(framed(Buffer.from('a'))), /receiver/)
  splitter.push(framed(Buffer.from('b')))
  assert.equal(frames, ['a', 'b'])
})

test.run()
