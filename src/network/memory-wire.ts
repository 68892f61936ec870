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
  /** What arrived while reading was paused. */
  #arrived: (Buffer | 'end')[] = []

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
    while (!this.#isPaused && this.#arrived.length > 0) this.#take(this.#arrived.shift()!)
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
    if (this.#isPaused && !this.#isClosed) this.#arrived.push(item)
    else this.#take(item)
  }

  #take(item: Buffer | 'end'): void {
    if (item === 'end') this.fail()
    else this.#receive(item)
  }

  #receive(bytes: Buffer): void {
    const size = this.#travel.pieceBytes
    if (this.#readBuffer.length !== size) this.#readBuffer = Buffer.alloc(size)
    for (let at = 0; at < bytes.length && !this.#isClosed; at += size) {
      const copied = bytes.copy(this.#readBuffer, 0, at, at + size)
      this.#handlers?.data(this.#readBuffer.subarray(0, copied))
    }
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
