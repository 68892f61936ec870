import { ProtocolError, type Clock, type Timer } from '../../kernel'
import { FrameSplitter, type AcceptedWire, type WireHandlers } from '../../network'
import type { Reply } from './reply'

export interface ServerConnectionOptions {
  readonly clock: Clock
  readonly maxFrameBytes: number
  /** Closed after so long without a whole request, or with an answer that nobody takes, in ms; below 0 never. */
  readonly maxIdleMs: number
  /** What to do with a frame. */
  readonly serve: (frame: Buffer, connection: Connection) => Reply | Promise<Reply>
  /** It is over; the reason is told when it was closed from here for one. */
  readonly onEnd: (connection: Connection, reason: string | undefined) => void
}

/** Frames that may wait behind the one that is served before nothing more is read. */
const maxWaiting = 32

/** The broker's end of a connection, as its server and the faults know it. */
export type Connection = Pick<
  ServerConnection,
  'remote' | 'open' | 'data' | 'ended' | 'close' | 'end' | 'pause' | 'resume' | 'mute' | 'holdBack' | 'onGone'
>

/** Makes the broker's end of a wire that was accepted. */
export type OpenConnection = (wire: AcceptedWire, options: ServerConnectionOptions) => Connection

/**
 * The broker's end of one connection. Requests are served one at a time, and the next one only after the answer to
 * the last has left: a held Fetch or JoinGroup holds up whatever comes behind it, as in Kafka.
 */
export class ServerConnection implements WireHandlers {
  readonly #wire: AcceptedWire
  readonly #options: ServerConnectionOptions
  readonly #splitter: FrameSplitter
  readonly #waiting: Buffer[] = []
  readonly #goneListeners = new Set<() => void>()
  #idleTimer: Timer | undefined
  /** When the last whole request came, or its answer was ready. */
  #lastUse: number
  #throttle: Timer | undefined
  /** From a request to the moment its answer has left. */
  #isServing = false
  /** From a request to its answer, which may be held. */
  #isHandling = false
  #isPaused = false
  #isMuted = false
  #isLast = false
  #isOver = false
  /** Came while paused. */
  #heldReply: Reply | undefined

  constructor(wire: AcceptedWire, options: ServerConnectionOptions) {
    this.#wire = wire
    this.#options = options
    const { clock, maxFrameBytes } = options
    this.#lastUse = clock.monotonic()
    this.#splitter = new FrameSplitter(frame => this.#took(frame), {
      where: `${wire.remote} request`,
      maxFrameBytes,
    })
  }

  /** The client as `address:port`. */
  get remote(): string {
    return this.#wire.remote
  }

  open(): void {
    if (this.#options.maxIdleMs >= 0) this.#watchIdleness(this.#options.maxIdleMs)
  }

  data(bytes: Buffer): void {
    try {
      this.#splitter.push(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return this.end(error.message)
    }
    if (this.#waiting.length > maxWaiting) this.#wire.pauseReading()
    this.#serveNext()
  }

  /** The other side asks nothing more: what it asked is answered, then the connection closes. */
  ended(): void {
    this.#isLast = true
    this.#serveNext()
  }

  /** The other side went. */
  close(): void {
    this.#finish(undefined)
  }

  /** Closes from here. */
  end(reason?: string): void {
    if (this.#isOver) return
    this.#wire.close()
    this.#finish(reason)
  }

  /** Takes and gives nothing until `resume`, as a process that was stopped. */
  pause(): void {
    this.#isPaused = true
    this.#wire.pauseReading()
  }

  resume(): void {
    this.#isPaused = false
    this.#wire.resumeReading()
    const reply = this.#heldReply
    this.#heldReply = undefined
    if (reply) this.#reply(reply)
    this.#serveNext()
  }

  /** Goes on serving, and nothing of what it says arrives any more. */
  mute(): void {
    this.#isMuted = true
  }

  /** Serves nothing for so many ms after the answer that is being made (KIP-219). */
  holdBack(ms: number): void {
    this.#throttle?.cancel()
    this.#throttle = this.#options.clock.after(ms, () => {
      this.#throttle = undefined
      this.#serveNext()
    })
  }

  /** Calls back when the connection ends; answers how to forget that. */
  onGone(listener: () => void): () => void {
    this.#goneListeners.add(listener)
    return () => void this.#goneListeners.delete(listener)
  }

  #took(frame: Buffer): void {
    this.#lastUse = this.#options.clock.monotonic()
    this.#waiting.push(frame)
  }

  #serveNext(): void {
    while (!this.#isServing && !this.#isPaused && !this.#isOver) {
      if (this.#throttle !== undefined) return
      const frame = this.#waiting.shift()
      if (frame === undefined) return this.#isLast ? this.end() : undefined
      this.#isServing = this.#isHandling = true
      const reply = this.#options.serve(frame, this)
      if (reply instanceof Promise) void reply.then(settled => this.#carryOn(settled))
      else this.#reply(reply)
    }
  }

  #carryOn(reply: Reply): void {
    if (this.#isPaused) {
      this.#heldReply = reply
      return
    }
    this.#reply(reply)
    this.#serveNext()
  }

  #reply(reply: Reply): void {
    if (this.#isOver) return
    this.#isHandling = false
    this.#lastUse = this.#options.clock.monotonic()
    if (reply.kind === 'close') return this.end(reply.reason)
    if (reply.kind === 'none' || this.#isMuted) return this.#served()
    const { chunks, thenClose } = reply
    this.#wire.write(chunks, () => (thenClose === undefined ? this.#left() : this.end(thenClose)))
  }

  /** The answer has left this process. */
  #left(): void {
    this.#served()
    this.#serveNext()
  }

  #served(): void {
    this.#isServing = false
    if (!this.#isPaused && this.#waiting.length <= maxWaiting / 2) this.#wire.resumeReading()
  }

  #watchIdleness(ms: number): void {
    if (this.#isOver) return
    const { clock, maxIdleMs } = this.#options
    this.#idleTimer = clock.after(ms, () => {
      const left = this.#lastUse + maxIdleMs - clock.monotonic()
      if (left > 0 || this.#isHandling || this.#isPaused)
        return this.#watchIdleness(left > 0 ? left : maxIdleMs)
      const what = this.#isServing ? 'nobody took the answer' : 'no whole request came'
      this.end(`${what} for ${maxIdleMs} ms (connections.max.idle.ms)`)
    })
  }

  #finish(reason: string | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#idleTimer?.cancel()
    this.#throttle?.cancel()
    this.#waiting.length = 0
    for (const listener of this.#goneListeners) listener()
    this.#goneListeners.clear()
    this.#options.onEnd(this, reason)
  }
}
