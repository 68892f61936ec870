import type { Clock, Timer } from '../../kernel'

/** Lets a piece go; `done` is given with the last one of what was pushed. */
export type Emit = (piece: Buffer, done: (() => void) | undefined) => void

/** At most what is due in so many ms goes in one piece. */
const tickMs = 10
/** No timer is set for less: so far it may be ahead, and waits that much longer later. */
const aheadMs = 1

/**
 * Bytes that pass at a rate: of any number of them the last has gone when all together have had their time. The time
 * is counted from the first byte after a rest, so that nothing is lost by rounding.
 */
export class PacedQueue {
  readonly #clock: Clock
  readonly #emit: Emit
  #bytesPerSecond: number | undefined
  #waiting: { bytes: Buffer; readonly done: (() => void) | undefined }[] = []
  /** Since when, on the monotonic clock, and how much has gone since. */
  #since = 0
  #gone = 0
  #timer: Timer | undefined
  /** When the pause began: its time does not count. */
  #pausedAt: number | undefined
  #isRunning = false

  constructor(clock: Clock, emit: Emit) {
    this.#clock = clock
    this.#emit = emit
  }

  /** Whether a push would pass at once. */
  get isOpen(): boolean {
    return this.#bytesPerSecond === undefined && this.#pausedAt === undefined && this.isEmpty
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Holds for what already waits too; undefined: all of it goes at once. */
  setRate(bytesPerSecond: number | undefined): void {
    if (bytesPerSecond === this.#bytesPerSecond) return
    this.#bytesPerSecond = bytesPerSecond
    this.#beginAgain()
    this.#run()
  }

  /** @param done called by whoever is given the last piece */
  push(bytes: Buffer, done?: () => void): void {
    if (this.isEmpty && this.#msUntil(0) <= 0) this.#beginAgain()
    this.#waiting.push({ bytes, done })
    this.#run()
  }

  pause(): void {
    this.#pausedAt ??= this.#clock.monotonic()
    this.#stop()
  }

  resume(): void {
    if (this.#pausedAt === undefined) return
    this.#since += this.#clock.monotonic() - this.#pausedAt
    this.#pausedAt = undefined
    this.#run()
  }

  /** Forgets all that waits. */
  drop(): void {
    this.#waiting = []
    this.#stop()
  }

  #beginAgain(): void {
    this.#stop()
    this.#since = this.#clock.monotonic()
    if (this.#pausedAt !== undefined) this.#pausedAt = this.#since
    this.#gone = 0
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Until so many more bytes have had their time; below 0 when they should have gone. */
  #msUntil(more: number): number {
    if (this.#bytesPerSecond === undefined) return 0
    const elapsed = this.#clock.monotonic() - this.#since
    return ((this.#gone + more) / this.#bytesPerSecond) * 1000 - elapsed
  }

  /** Any piece may be answered by a pause, a drop, another rate or by more. */
  #run(): void {
    if (this.#isRunning || this.#timer !== undefined) return
    this.#isRunning = true
    try {
      while (this.#pausedAt === undefined && !this.isEmpty && this.#timer === undefined)
        this.#next(this.#waiting[0]!.bytes.length)
    } finally {
      this.#isRunning = false
    }
  }

  #next(length: number): void {
    const rate = this.#bytesPerSecond
    const inTick = rate === undefined ? length : Math.max(1, Math.floor((rate * tickMs) / 1000))
    const bytes = Math.min(length, inTick)
    const waitMs = this.#msUntil(bytes)
    if (waitMs < aheadMs) return this.#let(bytes)
    // Whole ms, as all timers. That is no loss: the next piece counts from the beginning too.
    this.#timer = this.#clock.after(Math.round(waitMs), () => {
      this.#timer = undefined
      this.#let(bytes)
      this.#run()
    })
  }

  #let(bytes: number): void {
    const first = this.#waiting[0]!
    const piece = first.bytes.subarray(0, bytes)
    first.bytes = first.bytes.subarray(bytes)
    this.#gone += bytes
    const isLast = first.bytes.length === 0
    if (isLast) this.#waiting.shift()
    this.#emit(piece, isLast ? first.done : undefined)
  }
}
