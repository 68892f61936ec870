import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ServerConnection, type ServerConnectionOptions } from '../../src/broker/server'
import { VirtualClock } from '../../src/kernel'
import type { AcceptedWire } from '../../src/network'

type Reply = Awaited<ReturnType<ServerConnectionOptions['serve']>>

/** A wire whose answers leave when the test says so. */
class Wire implements AcceptedWire {
  readonly remote = 'client:1'
  readonly written: string[] = []
  #flushed: (() => void)[] = []
  isReading = true
  isClosed = false

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    this.written.push(Buffer.concat(chunks).toString())
    this.#flushed.push(flushed!)
  }

  /** What was written leaves. */
  flush(): void {
    const flushed = this.#flushed.splice(0)
    for (const one of flushed) one()
  }

  pauseReading(): void {
    this.isReading = false
  }

  resumeReading(): void {
    this.isReading = true
  }

  close(): void {
    this.isClosed = true
  }
}

/** The broker's end of a connection. Answers are held until the test gives them. */
class Rig {
  readonly clock = new VirtualClock()
  readonly wire = new Wire()
  readonly served: string[] = []
  readonly ends: (string | undefined)[] = []
  #answers: ((reply: Reply) => void)[] = []
  readonly connection: ServerConnection

  constructor(maxIdleMs = -1) {
    this.connection = new ServerConnection(this.wire, {
      clock: this.clock,
      maxFrameBytes: 100_000_000,
      maxIdleMs,
      serve: frame => {
        this.served.push(frame.length > 20 ? `${frame.length} bytes` : frame.toString())
        return new Promise(resolve => this.#answers.push(resolve))
      },
      onEnd: (_connection, reason) => this.ends.push(reason),
    })
    this.connection.open()
  }

  async answer(text: string): Promise<void> {
    const resolve = this.#answers.shift()!
    resolve({ kind: 'answer', chunks: [Buffer.from(text)] })
    await this.clock.advance(0)
    this.wire.flush()
    await this.clock.advance(0)
  }
}

function frame(body: Buffer | string): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(Buffer.byteLength(body))
  return Buffer.concat([length, Buffer.from(body)])
}

const piece = 64 * 1024
const mebibyte = 1024 * 1024

/** Sends as a peer does whom nobody reads any more; answers how many bytes were taken. */
function pour({ wire, connection }: Rig, bytes: Buffer): number {
  let at = 0
  for (; at < bytes.length && wire.isReading; at += piece) connection.data(bytes.subarray(at, at + piece))
  return Math.min(at, bytes.length)
}

test('behind a request in hand no more than 1 MiB is read, of many frames or of one', async () => {
  for (const waiting of [
    Buffer.concat(Array.from({ length: 20 }, () => frame(Buffer.alloc(300_000)))),
    frame(Buffer.alloc(10 * mebibyte)),
  ]) {
    const rig = new Rig()
    rig.connection.data(frame('first'))
    const taken = pour(rig, waiting)
    assert.ok(taken > mebibyte && taken <= mebibyte + piece, `${taken} bytes were read`)
    await rig.answer('1')
    assert.is(rig.wire.isReading, true, 'there is room again')
    pour(rig, waiting.subarray(taken))
    assert.is(rig.served.length, 2)
    rig.connection.end()
  }
})

test('a first request is read whole, however large, and all that was sent is served in the end', async () => {
  const rig = new Rig()
  const sizes = [5 * mebibyte, 3, 2 * mebibyte, 700_000, 700_000, 9]
  const bytes = Buffer.concat(sizes.map(size => frame(Buffer.alloc(size, 'x'))))
  let at = 0
  for (let answers = 0; answers < sizes.length; answers++) {
    at += pour(rig, bytes.subarray(at))
    await rig.answer(String(answers))
  }
  assert.is(at, bytes.length)
  assert.equal(
    rig.served,
    sizes.map(size => (size > 20 ? `${size} bytes` : 'x'.repeat(size))),
  )
  assert.is(rig.wire.isReading, true)
})

test('behind a request in hand no more than some dozens are read', async () => {
  const rig = new Rig()
  let sent = 0
  for (; rig.wire.isReading && sent < 1000; sent++) rig.connection.data(frame(String(sent)))
  assert.ok(sent > 2 && sent < 50, `${sent} were read`)
  for (let i = 0; i < sent; i++) await rig.answer('')
  assert.equal(
    rig.served,
    Array.from({ length: sent }, (_, i) => String(i)),
  )
  assert.is(rig.wire.isReading, true)
})

test('a paused connection reads nothing, and afterwards only what it has room for', async () => {
  const rig = new Rig()
  rig.connection.data(frame('first'))
  rig.connection.pause()
  assert.is(rig.wire.isReading, false)
  await rig.answer('1')
  assert.equal([rig.wire.isReading, rig.wire.written], [false, []])
  rig.connection.resume()
  assert.equal([rig.wire.isReading, rig.wire.written], [true, ['1']])
  pour(rig, frame(Buffer.alloc(2 * mebibyte)))
  assert.is(rig.wire.isReading, false)
  rig.connection.pause()
  rig.connection.resume()
  assert.is(rig.wire.isReading, false, 'the first answer has not left')
  rig.wire.flush()
  assert.is(rig.wire.isReading, true)
})

test('a paused broker closes no connection, however long it is idle', async () => {
  const rig = new Rig(1000)
  await rig.clock.advance(500)
  rig.connection.pause()
  await rig.clock.advance(60_000)
  assert.equal([rig.ends, rig.wire.isClosed], [[], false])
  rig.connection.resume()
  await rig.clock.advance(1000)
  assert.equal(rig.ends, ['no whole request came for 1000 ms (connections.max.idle.ms)'])
})

test('a throttled connection serves again when the time is over, whatever came meanwhile', async () => {
  const rig = new Rig()
  rig.connection.data(frame('a'))
  rig.connection.holdBack(1000)
  await rig.answer('a throttled')
  const waiting = Buffer.concat([frame('b'), frame(Buffer.alloc(3 * mebibyte)), frame('c')])
  const taken = pour(rig, waiting)
  assert.ok(taken < waiting.length, 'it is not read either')
  await rig.clock.advance(999)
  assert.equal(rig.served, ['a'])
  await rig.clock.advance(1)
  assert.equal(rig.served, ['a', 'b'])
  await rig.answer('b')
  assert.is(rig.wire.isReading, true)
  pour(rig, waiting.subarray(taken))
  await rig.answer('large')
  await rig.answer('c')
  assert.equal(rig.wire.written, ['a throttled', 'b', 'large', 'c'])
})

test('a time that is over before the throttled answer has left, or while the broker is paused, stalls nothing', async () => {
  const slow = new Rig()
  slow.connection.data(Buffer.concat([frame('a'), frame('b')]))
  slow.connection.holdBack(10)
  await slow.clock.advance(20)
  assert.equal(slow.served, ['a'])
  await slow.answer('a')
  assert.equal(slow.served, ['a', 'b'])

  const paused = new Rig()
  paused.connection.data(Buffer.concat([frame('a'), frame('b')]))
  paused.connection.holdBack(10)
  await paused.answer('a')
  paused.connection.pause()
  await paused.clock.advance(20)
  assert.equal(paused.served, ['a'])
  paused.connection.resume()
  assert.equal(paused.served, ['a', 'b'])
})

test('who is throttled and asks nothing more gets his answers, and is closed then', async () => {
  const rig = new Rig()
  rig.connection.data(Buffer.concat([frame('a'), frame('b')]))
  rig.connection.holdBack(1000)
  rig.connection.ended()
  await rig.answer('a throttled')
  assert.equal([rig.wire.written, rig.wire.isClosed], [['a throttled'], false])
  await rig.clock.advance(1000)
  assert.equal(rig.served, ['a', 'b'])
  await rig.answer('b')
  assert.equal([rig.wire.written, rig.wire.isClosed, rig.ends], [['a throttled', 'b'], true, [undefined]])
})

test('requests before bytes that are none are answered, and nothing behind them is read', async () => {
  const rig = new Rig()
  rig.connection.data(Buffer.concat([frame('a'), frame('b'), Buffer.from([0xff, 0xff, 0xff, 0xff])]))
  rig.connection.data(frame('c'))
  rig.connection.ended()
  assert.is(rig.wire.isReading, false)
  await rig.answer('a')
  await rig.answer('b')
  assert.equal([rig.served, rig.wire.written, rig.wire.isClosed], [['a', 'b'], ['a', 'b'], true])
  assert.match(rig.ends[0]!, 'frame length -1 is negative')
})

test('a connection that is over keeps no timer, and tells whoever asks later that it is gone', async () => {
  const rig = new Rig()
  rig.connection.data(frame('a'))
  rig.connection.close()
  rig.connection.holdBack(1000)
  assert.is(rig.clock.pending, 0)
  let told = 0
  rig.connection.onGone(() => told++)
  assert.is(told, 0, 'not before who asks is done')
  const forget = rig.connection.onGone(() => (told += 10))
  forget()
  await rig.clock.advance(0)
  assert.is(told, 1)
  await rig.answer('for nobody')
  assert.equal([rig.wire.written, rig.ends], [[], [undefined]])
})

test.run()
