import type { Timer } from '../kernel'
import type { Arrival, Travel } from './memory-lane'

/** What the owner of an inbox is told. */
export interface InboxHandlers {
  /** At most `pieceBytes` at a time; they are valid only during the call. */
  data(bytes: Buffer): void
  ended(): void
  reset(): void
  /** So many bytes have left the inbox. */
  read(bytes: number): void
}

const nothing = Buffer.alloc(0)

/** What has arrived at one end of a wire and is not read yet. While it is paused nothing leaves it. */
export class MemoryInbox {
  readonly #travel: Travel
  readonly #handlers: InboxHandlers
  /** As with a real socket the bytes handed over are overwritten by the next ones. */
  #readBuffer = nothing
  #waiting: Arrival[] = []
  #isPaused = false
  #isEmptying = false
  #timer: Timer | undefined

  constructor(travel: Travel, handlers: InboxHandlers) {
    this.#travel = travel
    this.#handlers = handlers
  }

  push(arrival: Arrival): void {
    this.#waiting.push(arrival)
    this.#empty()
  }

  pause(): void {
    this.#isPaused = true
    this.#cancel()
  }

  /** What waits comes on the next turn of the event loop, as from a socket. */
  resume(): void {
    this.#isPaused = false
    if (this.#waiting.length === 0 || this.#isEmptying || this.#timer !== undefined) return
    this.#timer = this.#travel.clock.soon(() => {
      this.#timer = undefined
      this.#empty()
    })
  }

  /** Forgets what waits; answers how many bytes that were. */
  drop(): number {
    this.#cancel()
    const dropped = this.#waiting
    this.#waiting = []
    this.#readBuffer = nothing
    return dropped.reduce((sum, what) => sum + (typeof what === 'string' ? 0 : what.length), 0)
  }

  #cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Any piece may be answered by a pause, by a close, or by more. */
  #empty(): void {
    if (this.#isEmptying) return
    this.#isEmptying = true
    try {
      while (!this.#isPaused && this.#waiting.length > 0) this.#take(this.#waiting.shift()!)
    } finally {
      this.#isEmptying = false
    }
  }

  #take(arrival: Arrival): void {
    if (arrival === 'end') return this.#handlers.ended()
    if (arrival === 'reset') return this.#handlers.reset()
    const size = this.#travel.pieceBytes
    if (this.#readBuffer.length !== size) this.#readBuffer = Buffer.alloc(size)
    const taken = arrival.copy(this.#readBuffer, 0, 0, size)
    if (taken < arrival.length) this.#waiting.unshift(arrival.subarray(taken))
    this.#handlers.read(taken)
    if (taken > 0) this.#handlers.data(this.#readBuffer.subarray(0, taken))
  }
}
