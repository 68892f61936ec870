import type { Clock, Timer } from '../kernel'

/** How bytes travel between two ends; may change while they do. */
export interface Travel {
  readonly clock: Clock
  latencyMs: number
  /** Bytes are handed over in pieces of at most so many. */
  pieceBytes: number
  /** A lane takes no more than so many bytes that its reader has not read yet. */
  readonly windowBytes: number
}

/** What comes out of a lane: bytes, that there will be no more, or that the other end is wholly gone. */
export type Arrival = Buffer | 'end' | 'reset'

interface Item {
  what: Arrival
  readonly flushed: (() => void) | undefined
}

/**
 * One direction of a wire. As with TCP the reader grants a window: bytes beyond it stay with the writer until some of
 * those before them were read. What is in the window arrives in order, the latency after it entered, and never early.
 */
export class MemoryLane {
  readonly #travel: Travel
  readonly #arrive: (what: Arrival) => void
  /** Not in the window yet. */
  #unsent: Item[] = []
  /** On their way, and when each is there, on the monotonic clock. */
  #sent: (Item & { dueAt: number })[] = []
  /** On their way or not read yet. */
  #windowUsed = 0
  #timer: Timer | undefined
  #isHeld = false
  #isDelivering = false
  #hasEnded = false
  #isClosed = false
  #isCut = false

  constructor(travel: Travel, arrive: (what: Arrival) => void) {
    this.#travel = travel
    this.#arrive = arrive
  }

  /** @param flushed called when the last of it is in the reader's hands, though he may not have looked at it */
  write(chunks: readonly Buffer[], flushed?: () => void): void {
    if (this.#hasEnded || this.#isClosed) return
    const last = chunks.length - 1
    chunks.forEach((what, index) =>
      this.#unsent.push({ what, flushed: index === last ? flushed : undefined }),
    )
    this.#fillWindow()
  }

  /** Nothing more is written; what was arrives first, then `flushed` is called. */
  end(flushed: () => void): void {
    if (this.#hasEnded || this.#isClosed) return
    this.#hasEnded = true
    this.#unsent.push({ what: 'end', flushed })
    this.#fillWindow()
  }

  /** The writer is gone: what has not entered the window is lost with it, and nothing is flushed any more. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const isTold = this.#hasEnded && this.#unsent.length === 0
    this.#unsent = []
    if (!isTold) this.#send({ what: 'end', flushed: undefined })
  }

  /** After a `close`: tells the reader that nobody hears him. */
  reset(): void {
    this.#send({ what: 'reset', flushed: undefined })
  }

  /** Everything on its way is lost, and nothing arrives any more. */
  cut(): void {
    this.#isClosed = this.#isCut = true
    this.#unsent = []
    this.#sent = []
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** The reader has read so many bytes. */
  read(bytes: number): void {
    this.#windowUsed -= bytes
    this.#fillWindow()
  }

  /** Nothing arrives while it is held; afterwards what was underway takes the latency once more. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return
    this.#isHeld = isHeld
    this.#timer?.cancel()
    this.#timer = undefined
    if (isHeld) return
    const soonest = this.#travel.clock.monotonic() + this.#travel.latencyMs
    for (const item of this.#sent) item.dueAt = Math.max(item.dueAt, soonest)
    this.#schedule()
  }

  #fillWindow(): void {
    for (let first = this.#unsent[0]; first !== undefined; first = this.#unsent[0]) {
      const room = this.#travel.windowBytes - this.#windowUsed
      if (typeof first.what !== 'string' && first.what.length > room) {
        if (room > 0) this.#send({ what: first.what.subarray(0, room), flushed: undefined })
        first.what = first.what.subarray(Math.max(0, room))
        return
      }
      this.#unsent.shift()
      this.#send(first)
    }
  }

  #send({ what, flushed }: Item): void {
    if (this.#isCut) return
    const { clock, latencyMs } = this.#travel
    if (typeof what !== 'string') this.#windowUsed += what.length
    // What is sent later is never there sooner, although the latency may have become less.
    const dueAt = Math.max(clock.monotonic() + latencyMs, this.#sent.at(-1)?.dueAt ?? 0)
    this.#sent.push({ what, flushed, dueAt })
    this.#schedule()
  }

  /** One timer at a time, for what is there next. */
  #schedule(): void {
    const first = this.#sent[0]
    if (first === undefined || this.#timer !== undefined || this.#isHeld || this.#isDelivering) return
    const { clock } = this.#travel
    const waitMs = first.dueAt - clock.monotonic()
    const due = (): void => this.#deliver(first.dueAt)
    this.#timer = waitMs > 0 ? clock.after(waitMs, due) : clock.soon(due)
  }

  #deliver(dueAt: number): void {
    this.#timer = undefined
    this.#isDelivering = true
    try {
      // Not what is written meanwhile: that has its own latency, and a turn of its own at least.
      for (let left = this.#sent.filter(item => item.dueAt <= dueAt).length; left > 0; left--) {
        const item = this.#isHeld ? undefined : this.#sent.shift()
        if (item !== undefined) this.#handOver(item)
      }
    } finally {
      this.#isDelivering = false
      this.#schedule()
    }
  }

  /** Once it is flushed the writer may write over it, and the reader may still take his time. */
  #handOver({ what, flushed }: Item): void {
    const arrived = typeof what === 'string' ? what : Buffer.from(what)
    if (!this.#isClosed) flushed?.()
    this.#arrive(arrived)
  }
}
