import type { Clock } from '../../kernel'
import type { AcceptedWire, WireHandlers } from '../../network'

/** How fast a wire is; undefined: as fast as it can. */
export interface Pace {
  readonly readBytesPerSecond?: number | undefined
  readonly writeBytesPerSecond?: number | undefined
}

const tickMs = 10

/** A wire that reads and writes slowly, as one to a distant or overloaded broker. */
export class PacedWire implements AcceptedWire {
  readonly #wire: AcceptedWire
  readonly #pace: Pace
  readonly #clock: Clock
  #pending: { bytes: Buffer; flushed: (() => void) | undefined }[] = []
  #isWriting = false
  #isOver = false
  #isPaused = false
  #isResting = false

  constructor(wire: AcceptedWire, pace: Pace, clock: Clock) {
    this.#wire = wire
    this.#pace = pace
    this.#clock = clock
  }

  get remote(): string {
    return this.#wire.remote
  }

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    const rate = this.#pace.writeBytesPerSecond
    if (rate === undefined) return this.#wire.write(chunks, flushed)
    this.#pending.push({ bytes: Buffer.concat(chunks), flushed })
    if (!this.#isWriting) this.#writeSome(Math.max(1, Math.floor((rate * tickMs) / 1000)))
  }

  pauseReading(): void {
    this.#isPaused = true
    this.#wire.pauseReading()
  }

  resumeReading(): void {
    this.#isPaused = false
    if (!this.#isResting) this.#wire.resumeReading()
  }

  close(): void {
    this.#isOver = true
    this.#wire.close()
  }

  /** What the wire underneath is to call. */
  handlersFor(handlers: WireHandlers): WireHandlers {
    return {
      open: () => handlers.open(),
      data: bytes => {
        this.#rest(bytes.length)
        handlers.data(bytes)
      },
      ended: () => handlers.ended?.(),
      close: error => {
        this.#isOver = true
        handlers.close(error)
      },
    }
  }

  #writeSome(bytes: number): void {
    const first = this.#pending[0]
    this.#isWriting = first !== undefined && !this.#isOver
    if (first === undefined || this.#isOver) return
    const piece = first.bytes.subarray(0, bytes)
    first.bytes = first.bytes.subarray(piece.length)
    const isLast = first.bytes.length === 0
    if (isLast) this.#pending.shift()
    this.#wire.write([piece], isLast ? first.flushed : undefined)
    this.#clock.after(tickMs, () => this.#writeSome(bytes))
  }

  /** After so many bytes nothing is read for as long as they should have taken. */
  #rest(bytes: number): void {
    const rate = this.#pace.readBytesPerSecond
    if (rate === undefined) return
    this.#isResting = true
    this.#wire.pauseReading()
    this.#clock.after(Math.ceil((bytes / rate) * 1000), () => {
      this.#isResting = false
      if (!this.#isPaused && !this.#isOver) this.#wire.resumeReading()
    })
  }
}
