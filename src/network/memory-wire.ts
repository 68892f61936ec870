import type { Clock } from '../kernel'
import { formatAddress, type Address } from './address'
import type { AcceptedWire, WireHandlers } from './wire'

/** How bytes travel between two ends; may change while they do. */
export interface Travel {
  readonly clock: Clock
  latencyMs: number
  /** Bytes are handed over in pieces of at most so many. */
  pieceBytes: number
}

type Item = { readonly bytes: Buffer; readonly flushed: (() => void) | undefined } | 'end'

/** One end of a wire in memory. What it writes arrives at its peer in order, after the latency. */
export class MemoryWire implements AcceptedWire {
  readonly remote: string
  readonly #travel: Travel
  /** As with a real socket the bytes handed over are overwritten by the next ones. */
  #readBuffer = Buffer.alloc(0)
  #handlers: WireHandlers | undefined
  #peer: MemoryWire | undefined
  /** On their way to the peer. */
  #items: Item[] = []
  #isHeld = false
  #isClosed = false
  #isPaused = false
  /** What arrived and was not handed over yet: more than nothing only while reading is paused. */
  #arrived: (Buffer | 'end')[] = []
  #isHandingOver = false

  constructor(travel: Travel, remote: Address) {
    this.#travel = travel
    this.remote = formatAddress(remote)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  handleWith(handlers: WireHandlers): void {
    if (!this.#isClosed) this.#handlers = handlers
  }

  connectTo(peer: MemoryWire): void {
    this.#peer = peer
    peer.#peer = this
  }

  opened(): void {
    if (!this.#isClosed) this.#handlers?.open()
  }

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    if (this.#isClosed) return
    chunks.forEach((bytes, index) =>
      this.#send({ bytes, flushed: index === chunks.length - 1 ? flushed : undefined }),
    )
  }

  pauseReading(): void {
    this.#isPaused = true
  }

  resumeReading(): void {
    this.#isPaused = false
    this.#handOver()
  }

  /** What was written before still arrives. */
  close(): void {
    if (this.#isClosed) return
    this.#end()
    this.#send('end')
  }

  /** Closes from outside: its own handlers hear of it too. */
  shut(): void {
    const handlers = this.#handlers
    this.close()
    handlers?.close()
  }

  /** Breaks the wire: bytes on their way are lost, and both ends hear of it. */
  break(error: Error): void {
    this.fail(error)
    this.#peer?.fail(error)
  }

  /** The other side is gone, or was never there. */
  fail(error?: Error): void {
    const handlers = this.#handlers
    this.#end()
    handlers?.close(error)
  }

  /** Keeps what this end writes from arriving, until released. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    if (!isHeld) this.#items.forEach(() => this.#schedule())
  }

  #send(item: Item): void {
    if (this.#peer === undefined) return
    this.#items.push(item)
    if (!this.#isHeld) this.#schedule()
  }

  #schedule(): void {
    travelled(this.#travel, () => this.#deliver())
  }

  #deliver(): void {
    const item = this.#isHeld ? undefined : this.#items.shift()
    if (item === undefined) return
    if (item !== 'end' && !this.#isClosed) item.flushed?.()
    if (this.#peer !== undefined) this.#peer.#arrive(item === 'end' ? item : item.bytes)
  }

  #arrive(item: Buffer | 'end'): void {
    this.#arrived.push(item)
    this.#handOver()
    const kept = this.#arrived.at(-1)
    // Its writer was told that it has left, and may overwrite it.
    if (kept instanceof Buffer) this.#arrived[this.#arrived.length - 1] = Buffer.from(kept)
  }

  /** Piece by piece, as long as reading goes on. */
  #handOver(): void {
    // Who resumes from within `data` is in the loop already.
    if (this.#isHandingOver) return
    this.#isHandingOver = true
    try {
      while (this.#arrived.length > 0 && (!this.#isPaused || this.#isClosed))
        this.#take(this.#arrived.shift()!)
    } finally {
      this.#isHandingOver = false
    }
  }

  #take(item: Buffer | 'end'): void {
    if (item === 'end') this.fail()
    else if (item.length > 0 && !this.#isClosed) this.#receive(item)
  }

  #receive(bytes: Buffer): void {
    const size = this.#travel.pieceBytes
    if (bytes.length > size) this.#arrived.unshift(bytes.subarray(size))
    if (this.#readBuffer.length !== size) this.#readBuffer = Buffer.alloc(size)
    const copied = bytes.copy(this.#readBuffer, 0, 0, size)
    this.#handlers?.data(this.#readBuffer.subarray(0, copied))
  }

  #end(): void {
    this.#isClosed = true
    this.#handlers = undefined
  }
}

/** Calls `arrive` after the latency. */
export function travelled({ clock, latencyMs }: Travel, arrive: () => void): void {
  if (latencyMs > 0) clock.after(latencyMs, arrive)
  else clock.soon(arrive)
}
