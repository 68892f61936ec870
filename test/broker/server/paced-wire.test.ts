import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PacedWire } from '../../../src/broker/server/paced-wire'
import type { Pace } from '../../../src/broker/server/pace'
import { VirtualClock } from '../../../src/kernel'
import type { AcceptedWire, WireHandlers } from '../../../src/network'

/** The wire underneath: what was written to it and when, in ms since the start. */
class Underneath implements AcceptedWire {
  readonly remote = 'client:1'
  readonly clock = new VirtualClock(0)
  written = 0
  lastAt = 0
  isPaused = false
  isClosed = false
  write(chunks: readonly Buffer[], flushed?: () => void): void {
    this.written += Buffer.concat(chunks).length
    this.lastAt = this.clock.monotonic()
    flushed?.()
  }
  close(): void {
    this.isClosed = true
  }
  pauseReading(): void {
    this.isPaused = true
  }
  resumeReading(): void {
    this.isPaused = false
  }
}

function paced(pace: Pace) {
  const wire = new Underneath()
  const { clock } = wire
  const seen = { bytes: 0, at: 0, events: [] as string[] }
  const slow = new PacedWire(wire, pace, clock)
  const handlers: Required<WireHandlers> = slow.handlersFor({
    open: () => undefined,
    data: bytes => {
      seen.bytes += bytes.length
      seen.at = clock.monotonic()
    },
    ended: () => seen.events.push('ended'),
    close: () => seen.events.push('close'),
  }) as Required<WireHandlers>
  return { wire, clock, slow, handlers, seen }
}

const rates: readonly [rate: number, bytes: number][] = [
  [1, 7],
  [99, 1000],
  [150, 1500],
  [1999, 10_000],
  [123_456, 1_000_000],
  [1_000_000_000, 50_000_000],
]

for (const [rate, bytes] of rates) {
  const ms = (bytes / rate) * 1000

  test(`${bytes} bytes at ${rate} bytes per second have left after their time, and not before`, async () => {
    const { wire, clock, slow } = paced({ writeBytesPerSecond: rate })
    let flushedAt = -1
    slow.write([Buffer.alloc(bytes - 1), Buffer.alloc(1)], () => (flushedAt = clock.monotonic()))
    await clock.advance(ms / 2)
    assert.ok(Math.abs(wire.written - bytes / 2) <= Math.max(1, (rate * 10) / 1000), String(wire.written))
    await clock.advance(ms)
    assert.is(wire.written, bytes)
    assert.ok(Math.abs(flushedAt - ms) <= 1, `${flushedAt} for ${ms}`)
    assert.is(clock.pending, 0)
  })

  test(`${bytes} bytes at ${rate} bytes per second are read after their time, and not before`, async () => {
    const { wire, clock, handlers, seen } = paced({ readBytesPerSecond: rate })
    handlers.data(Buffer.alloc(bytes))
    assert.ok(wire.isPaused)
    await clock.advance(ms / 2)
    assert.ok(Math.abs(seen.bytes - bytes / 2) <= Math.max(1, (rate * 10) / 1000), String(seen.bytes))
    await clock.advance(ms)
    assert.is(seen.bytes, bytes)
    assert.ok(Math.abs(seen.at - ms) <= 1, `${seen.at} for ${ms}`)
    assert.equal([wire.isPaused, clock.pending], [false, 0])
  })
}

test('many small answers have the pace of one large one', async () => {
  const { wire, clock, slow } = paced({ writeBytesPerSecond: 100_000 })
  for (let i = 0; i < 1000; i++) slow.write([Buffer.alloc(7)])
  await clock.advance(1000)
  assert.is(wire.written, 7000)
  assert.ok(Math.abs(wire.lastAt - 70) <= 1, String(wire.lastAt))
})

test('what arrives during a rest waits for its own time after it', async () => {
  const { wire, clock, handlers, seen } = paced({ readBytesPerSecond: 10 })
  handlers.data(Buffer.alloc(10))
  await clock.advance(500)
  handlers.data(Buffer.alloc(20))
  await clock.advance(600)
  assert.ok(wire.isPaused)
  await clock.advance(1899)
  assert.equal([seen.bytes, wire.isPaused], [29, true])
  await clock.advance(1)
  assert.equal([seen.bytes, wire.isPaused, clock.pending], [30, false, 0])
})

test('no timer survives a close, from here or from there', async () => {
  for (const close of ['here', 'there']) {
    const { wire, clock, slow, handlers, seen } = paced({ readBytesPerSecond: 1, writeBytesPerSecond: 1 })
    handlers.data(Buffer.alloc(10))
    slow.write([Buffer.alloc(10)])
    assert.is(clock.pending, 2)
    if (close === 'here') slow.close()
    else handlers.close()
    assert.is(clock.pending, 0)
    await clock.advance(20_000)
    assert.equal([wire.written, seen.bytes], [0, 0])
    assert.equal(seen.events, close === 'here' ? [] : ['close'])
  }
})

test('nothing is handed on while reading is paused, and the pause is not counted', async () => {
  const { wire, clock, slow, handlers, seen } = paced({ readBytesPerSecond: 10 })
  handlers.data(Buffer.alloc(10))
  await clock.advance(250)
  slow.pauseReading()
  await clock.advance(10_000)
  assert.is(seen.bytes, 2)
  slow.resumeReading()
  await clock.advance(749)
  assert.equal([seen.bytes, wire.isPaused], [9, true])
  await clock.advance(1)
  assert.equal([seen.bytes, wire.isPaused], [10, false])
})

test('another pace during a pause counts from then on, and the rest of the pause does not', async () => {
  const { clock, slow, handlers, seen } = paced({ readBytesPerSecond: 10 })
  handlers.data(Buffer.alloc(10))
  await clock.advance(250)
  slow.pauseReading()
  await clock.advance(1000)
  slow.setPace({ readBytesPerSecond: 4 })
  await clock.advance(2000)
  assert.is(seen.bytes, 2)
  slow.resumeReading()
  await clock.advance(1999)
  assert.is(seen.bytes, 9)
  await clock.advance(1)
  assert.equal([seen.bytes, seen.at], [10, 5250])
})

test('that the other side says no more is told after what it said', async () => {
  const { clock, handlers, seen } = paced({ readBytesPerSecond: 10 })
  handlers.data(Buffer.alloc(10))
  handlers.ended()
  await clock.advance(999)
  assert.equal(seen.events, [])
  await clock.advance(1)
  assert.equal([seen.bytes, seen.events], [10, ['ended']])
})

test('another pace holds for what is underway, and none lets it all go', async () => {
  const { wire, clock, slow, handlers, seen } = paced({})
  slow.write([Buffer.alloc(10)])
  handlers.data(Buffer.alloc(10))
  assert.equal([wire.written, seen.bytes, wire.isPaused], [10, 10, false])
  slow.setPace({ readBytesPerSecond: 1, writeBytesPerSecond: 1 })
  slow.write([Buffer.alloc(100)])
  handlers.data(Buffer.alloc(100))
  await clock.advance(10_000)
  assert.equal([wire.written, seen.bytes], [20, 20])
  slow.setPace({ readBytesPerSecond: 10, writeBytesPerSecond: 10 })
  await clock.advance(4000)
  assert.equal([wire.written, seen.bytes, wire.isPaused], [60, 60, true])
  slow.setPace({})
  assert.equal([wire.written, seen.bytes, wire.isPaused, clock.pending], [110, 110, false, 0])
})

test('what is handed on may fail, and reading goes on', async () => {
  const { wire, clock, slow } = paced({})
  const seen: string[] = []
  const handlers = slow.handlersFor({
    open: () => undefined,
    data: bytes => {
      seen.push(bytes.toString())
      if (seen.length === 1) throw new Error('no idea')
    },
    close: () => undefined,
  })
  slow.pauseReading()
  handlers.data(Buffer.from('a'))
  assert.throws(() => slow.resumeReading(), 'no idea')
  slow.resumeReading()
  assert.is(wire.isPaused, false)
  handlers.data(Buffer.from('b'))
  await clock.advance(1)
  assert.equal(seen, ['a', 'b'])
})

test.run()
