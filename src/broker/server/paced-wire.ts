import type { Clock } from '../../kernel'
import type { AcceptedWire, WireHandlers } from '../../network'
import type { Pace } from './pace'
import { PacedQueue } from './paced-queue'

/** A wire that may read and write slowly, as one to a distant or overloaded broker. */
export class PacedWire implements AcceptedWire {
  readonly #wire: AcceptedWire
  /** What was read from the wire underneath and is not handed on. While there is any, nothing more is read. */
  readonly #reading: PacedQueue
  readonly #writing: PacedQueue
  #handlers: WireHandlers | undefined
  #isPaused = false
  #isHandingOn = false
  #hasEnded = false

  constructor(wire: AcceptedWire, pace: Pace, clock: Clock) {
    this.#wire = wire
    this.#writing = new PacedQueue(clock, (piece, flushed) => this.#wire.write([piece], flushed))
    this.#reading = new PacedQueue(clock, (piece, done) => this.#handOn(piece, done))
    this.setPace(pace)
  }

  get remote(): string {
    return this.#wire.remote
  }

  /** From now on, also for what is underway. */
  setPace({ readBytesPerSecond, writeBytesPerSecond }: Pace): void {
    this.#reading.setRate(readBytesPerSecond)
    this.#writing.setRate(writeBytesPerSecond)
  }

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    if (this.#writing.isOpen) this.#wire.write(chunks, flushed)
    else this.#writing.push(Buffer.concat(chunks), flushed)
  }

  pauseReading(): void {
    this.#isPaused = true
    this.#reading.pause()
    this.#wire.pauseReading()
  }

  resumeReading(): void {
    this.#isPaused = false
    this.#reading.resume()
    this.#readOn()
  }

  /** Nothing leaves any more, until `resumeWriting`. */
  pauseWriting(): void {
    this.#writing.pause()
  }

  resumeWriting(): void {
    this.#writing.resume()
  }

  close(): void {
    this.#forget()
    this.#wire.close()
  }

  /** What the wire underneath is to call. */
  handlersFor(handlers: WireHandlers): WireHandlers {
    this.#handlers = handlers
    return {
      open: () => this.#handlers?.open(),
      data: bytes => this.#arrived(bytes),
      ended: () => {
        this.#hasEnded = true
        this.#readOn()
      },
      close: error => {
        const last = this.#handlers
        this.#forget()
        last?.close(error)
      },
    }
  }

  #arrived(bytes: Buffer): void {
    if (this.#reading.isOpen) return this.#handlers?.data(bytes)
    this.#wire.pauseReading()
    this.#reading.push(Buffer.from(bytes), () => this.#readOn())
  }

  #handOn(piece: Buffer, done: (() => void) | undefined): void {
    this.#isHandingOn = true
    try {
      this.#handlers?.data(piece)
    } finally {
      this.#isHandingOn = false
    }
    done?.()
  }

  /** Once all that was read is handed on: more, or the news that there is no more. */
  #readOn(): void {
    if (this.#isPaused || this.#isHandingOn || !this.#reading.isEmpty) return
    this.#wire.resumeReading()
    if (!this.#hasEnded) return
    this.#hasEnded = false
    this.#handlers?.ended?.()
  }

  #forget(): void {
    this.#handlers = undefined
    this.#reading.drop()
    this.#writing.drop()
  }
}
