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

/**
 * Requests, and bytes of requests, that may wait behind the one that is served before nothing more is read. Kafka reads
 * none; a few keep the broker busy. While fewer wait, a client that goes is noticed though its fetch is held.
 */
const maxWaiting = 32
const maxWaitingBytes = 1024 * 1024
const prefixBytes = 4

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
  /** Of what was read and not served yet, the beginning of a frame too. */
  #waitingBytes = 0
  readonly #goneListeners = new Set<() => void>()
  #idleTimer: Timer | undefined
  /** When the last whole request came, or its answer was ready. */
  #lastUse: number
  #throttle: Timer | undefined
  /** From a request to the moment its answer has left. */
  #isServing = false
  /** From a request to its answer, which may be held. */
  #isHandling = false
  #isReading = true
  #isPaused = false
  #isMuted = false
  /** Nothing is taken after what waits; then the connection closes, for this reason. */
  #isLast = false
  #lastReason: string | undefined
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
    if (this.#isLast) return
    this.#waitingBytes += bytes.length
    try {
      this.#splitter.push(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return this.#endAfterAll(error.message)
    }
    this.#serveNext()
  }

  /** The other side asks nothing more: what it asked is answered, then the connection closes. */
  ended(): void {
    if (!this.#isLast) this.#endAfterAll(undefined)
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
    this.#readOrNot()
  }

  resume(): void {
    this.#isPaused = false
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
    if (this.#isOver) return
    this.#throttle?.cancel()
    this.#throttle = this.#options.clock.after(ms, () => {
      this.#throttle = undefined
      this.#serveNext()
    })
  }

  /** Calls back when the connection ends; answers how to forget that. */
  onGone(listener: () => void): () => void {
    // Later, as if it had just ended: who asks is not done with asking.
    if (this.#isOver) {
      const timer = this.#options.clock.soon(listener)
      return () => timer.cancel()
    }
    this.#goneListeners.add(listener)
    return () => void this.#goneListeners.delete(listener)
  }

  #endAfterAll(reason: string | undefined): void {
    this.#isLast = true
    this.#lastReason = reason
    this.#serveNext()
  }

  #took(frame: Buffer): void {
    this.#lastUse = this.#options.clock.monotonic()
    this.#waiting.push(frame)
  }

  #serveNext(): void {
    while (!this.#isBusy && !this.#isPaused && !this.#isOver) {
      const frame = this.#waiting.shift()
      if (frame === undefined && this.#isLast) return this.end(this.#lastReason)
      if (frame === undefined) break
      this.#waitingBytes -= prefixBytes + frame.length
      this.#isServing = this.#isHandling = true
      const reply = this.#options.serve(frame, this)
      if (reply instanceof Promise) void reply.then(settled => this.#carryOn(settled))
      else this.#reply(reply)
    }
    this.#readOrNot()
  }

  /** A request is in hand, or none is taken for a while. */
  get #isBusy(): boolean {
    return this.#isServing || this.#throttle !== undefined
  }

  #readOrNot(): void {
    if (this.#isOver) return
    const isFull = this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes
    const reads = !this.#isPaused && !this.#isLast && !(this.#isBusy && isFull)
    if (reads === this.#isReading) return
    this.#isReading = reads
    if (reads) this.#wire.resumeReading()
    else this.#wire.pauseReading()
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
    if (reply.kind === 'none' || this.#isMuted) return void (this.#isServing = false)
    const { chunks, thenClose } = reply
    this.#wire.write(chunks, () => (thenClose === undefined ? this.#left() : this.end(thenClose)))
  }

  /** The answer has left this process. */
  #left(): void {
    this.#isServing = false
    this.#serveNext()
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
    this.#heldReply = undefined
    for (const listener of this.#goneListeners) listener()
    this.#goneListeners.clear()
    this.#options.onEnd(this, reason)
  }
}
