import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, VirtualClock } from '../../src/kernel'
import { MemoryNetwork, type AcceptedWire } from '../../src/network'

const place = 'b:1'
const windowBytes = 50

/** A writer and a reader, to whom anything happens by chance; what was read is checked as it comes. */
class Weather {
  readonly clock = new VirtualClock(0)
  readonly network = new MemoryNetwork(this.clock, { windowBytes })
  readonly #random: () => number
  #isPaused = false
  #isOver = false
  #latencyMs = 0
  #wire!: AcceptedWire
  #written = 0
  #read = 0
  #flushed = 0
  /** From which time each byte may be there. */
  readonly #notBefore: number[] = []

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  async run(): Promise<void> {
    await this.network.listen({ host: 'b', port: 1 }, wire => {
      this.#wire = wire
      return { open: () => undefined, data: bytes => this.#take(bytes), close: () => undefined }
    })
    const handlers = { open: () => undefined, data: () => undefined, close: () => undefined }
    const writer = this.network.dial({ host: 'b', address: 'b', port: 1 }, handlers)
    await this.clock.advance(0)
    for (let step = 0; step < 200; step++) {
      this.#change(bytes => writer.write([bytes], () => (this.#flushed += bytes.length)))
      await this.clock.advance(this.#below(8))
      assert.ok(this.#flushed - this.#read <= windowBytes, 'flushed beyond the window')
    }
    this.#isPaused = false
    this.#isOver = true
    this.network.heal(place)
    this.#wire.resumeReading()
    await this.clock.advance(100_000)
    assert.equal([this.#read, this.#flushed, this.clock.pending], [this.#written, this.#written, 0])
  }

  #change(write: (bytes: Buffer) => void): void {
    const what = this.#below(9)
    if (what === 0) this.network.hold(place)
    if (what === 1) this.network.heal(place)
    if (what === 2) this.#wire.pauseReading()
    if (what === 3) this.#wire.resumeReading()
    if (what === 2 || what === 3) this.#isPaused = what === 2
    if (what === 4) this.network.delay((this.#latencyMs = this.#below(30)))
    if (what === 5) this.network.split(1 + this.#below(20))
    if (what > 5) write(this.#next(this.#below(40)))
  }

  #next(length: number): Buffer {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (this.#written + index) % 251))
    this.#written += length
    for (let i = 0; i < length; i++) this.#notBefore.push(this.clock.monotonic() + this.#latencyMs)
    return bytes
  }

  #take(bytes: Buffer): void {
    assert.not.ok(this.#isPaused, 'read although it was paused')
    for (const byte of bytes) {
      assert.is(byte, this.#read % 251)
      // What waited for the window may have left with a smaller latency than that of its writing.
      if (this.#read < windowBytes) assert.ok(this.clock.monotonic() >= this.#notBefore[this.#read]!, 'early')
      this.#read++
    }
    if (this.#isOver || this.#below(10) > 0) return
    this.#isPaused = true
    this.#wire.pauseReading()
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

test('whatever the weather, bytes arrive once, in order, not early, and never into a pause', async () => {
  for (let seed = 1; seed <= 150; seed++) await new Weather(seed).run()
})

test.run()
