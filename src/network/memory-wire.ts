import { formatAddress, type Address } from './address'
import { MemoryInbox } from './memory-inbox'
import { MemoryLane, type Arrival, type Travel } from './memory-lane'
import type { AcceptedWire, WireHandlers } from './wire'

/** One end of a wire in memory. What it writes arrives at its peer in order, after the latency. */
export class MemoryWire implements AcceptedWire {
  readonly remote: string
  readonly #travel: Travel
  readonly #inbox: MemoryInbox
  #handlers: WireHandlers | undefined
  #peer: MemoryWire | undefined
  /** To the peer, and from it. */
  #lane: MemoryLane | undefined
  #incoming: MemoryLane | undefined
  #onClosed: (() => void) | undefined
  #hasSaidAll = false
  #peerHasEnded = false
  #isClosed = false

  constructor(travel: Travel, remote: Address) {
    this.#travel = travel
    this.remote = formatAddress(remote)
    this.#inbox = new MemoryInbox(travel, {
      data: bytes => this.#handlers?.data(bytes),
      ended: () => this.#heardAll(),
      reset: () => this.fail(connectionReset(this.remote)),
      read: bytes => this.#incoming?.read(bytes),
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  handleWith(handlers: WireHandlers): void {
    if (!this.#isClosed) this.#handlers = handlers
  }

  connectTo(peer: MemoryWire): void {
    const [there, back] = [peer.#laneToHere(), this.#laneToHere()]
    this.#join(peer, there, back)
    peer.#join(this, back, there)
  }

  /** Calls back once when this end is closed, from inside or outside. */
  onClosed(listener: () => void): void {
    this.#onClosed = listener
  }

  opened(): void {
    if (!this.#isClosed) this.#handlers?.open()
  }

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    this.#lane?.write(chunks, flushed)
  }

  pauseReading(): void {
    this.#inbox.pause()
  }

  resumeReading(): void {
    this.#inbox.resume()
  }

  /** Says no more, and goes on listening: the peer hears `ended` after what was written before. */
  end(): void {
    this.#lane?.end(() => {
      this.#hasSaidAll = true
      this.#closeWhenOver()
    })
  }

  /** What the peer had room for still arrives; the rest is lost, as is what was not read. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#handlers = undefined
    this.#lane?.close()
    this.#ignore(this.#inbox.drop())
    this.#onClosed?.()
  }

  /** Closes from outside: its own handlers hear of it too. */
  fail(error?: Error): void {
    const handlers = this.#handlers
    this.close()
    handlers?.close(error)
  }

  /** Breaks the wire: bytes on their way are lost, and both ends hear of it. */
  break(error: Error): void {
    this.#lane?.cut()
    this.#incoming?.cut()
    this.fail(error)
    this.#peer?.fail(error)
  }

  /** Keeps what this end writes from arriving, until released. */
  hold(isHeld: boolean): void {
    this.#lane?.hold(isHeld)
  }

  #laneToHere(): MemoryLane {
    return new MemoryLane(this.#travel, what => this.#arrived(what))
  }

  #join(peer: MemoryWire, lane: MemoryLane, incoming: MemoryLane): void {
    this.#peer = peer
    this.#lane = lane
    this.#incoming = incoming
  }

  #arrived(what: Arrival): void {
    if (!this.#isClosed) this.#inbox.push(what)
    else if (typeof what !== 'string') this.#ignore(what.length)
  }

  /** Where nobody has a last word to say, there is no use in staying half open. */
  #heardAll(): void {
    this.#peerHasEnded = true
    if (this.#handlers?.ended === undefined) return this.fail()
    this.#handlers.ended()
    this.#closeWhenOver()
  }

  #closeWhenOver(): void {
    if (this.#hasSaidAll && this.#peerHasEnded) this.fail()
  }

  /** Whoever writes to an end that is closed is told so, as by the system. */
  #ignore(bytes: number): void {
    if (bytes === 0) return
    this.#lane?.reset()
    this.#incoming?.read(bytes)
  }
}

function connectionReset(remote: string): Error {
  return Object.assign(new Error(`read ${remote} ECONNRESET`), { code: 'ECONNRESET' })
}
