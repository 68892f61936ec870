import { ProtocolError } from '../kernel'

/** 100 MiB: what brokers accept at most (`socket.request.max.bytes`), and twice the usual fetch limit. */
export const defaultMaxFrameBytes = 104_857_600

/** Allocated at once for any frame; beyond that, what has arrived decides. */
const freeBytes = 16 * 1024
/** No more than this many times the bytes that have arrived, so that a length alone cannot take memory. */
const trust = 16

export interface FrameSplitterOptions {
  /** Whose frames these are, for errors: `broker1:9092 response`. */
  readonly where: string
  /** Default 100 MiB. */
  readonly maxFrameBytes?: number | undefined
}

/**
 * Cuts a byte stream into frames. Each is handed over without its length, in one buffer of its own; the bytes
 * pushed may be overwritten afterwards.
 */
export class FrameSplitter {
  readonly #emit: (frame: Buffer) => void
  readonly #where: string
  readonly #maxFrameBytes: number
  /** Bytes of the length prefix that have arrived, and their value so far. */
  #prefixBytes = 0
  #length = 0
  #frame: Buffer | undefined
  #filled = 0

  constructor(
    emit: (frame: Buffer) => void,
    { where, maxFrameBytes = defaultMaxFrameBytes }: FrameSplitterOptions,
  ) {
    this.#emit = emit
    this.#where = where
    this.#maxFrameBytes = maxFrameBytes
  }

  /** Emits every frame that these bytes complete. Throws ProtocolError on a length that cannot be. */
  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      at = this.#frame === undefined ? this.#readPrefix(bytes, at) : this.#readFrame(bytes, at)
    }
  }

  #readPrefix(bytes: Buffer, start: number): number {
    let at = start
    while (this.#prefixBytes < 4 && at < bytes.length) {
      this.#length = (this.#length << 8) | bytes[at++]!
      this.#prefixBytes++
    }
    if (this.#prefixBytes < 4) return at
    this.#checkLength()
    this.#frame = Buffer.allocUnsafe(this.#roomFor(bytes.length - at))
    return this.#length === 0 ? this.#readFrame(bytes, at) : at
  }

  #readFrame(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#length - this.#filled, bytes.length - at)
    this.#grow(taken)
    bytes.copy(this.#frame!, this.#filled, at, at + taken)
    this.#filled += taken
    if (this.#filled === this.#length) this.#complete()
    return at + taken
  }

  #complete(): void {
    const frame = this.#frame!
    this.#frame = undefined
    this.#prefixBytes = this.#length = this.#filled = 0
    this.#emit(frame)
  }

  #roomFor(arrived: number): number {
    return Math.min(this.#length, Math.max(freeBytes, arrived * trust))
  }

  #grow(more: number): void {
    const frame = this.#frame!
    const wanted = this.#filled + more
    if (wanted <= frame.length) return
    this.#frame = Buffer.allocUnsafe(this.#roomFor(wanted))
    frame.copy(this.#frame, 0, 0, this.#filled)
  }

  #checkLength(): void {
    const length = this.#length
    if (length >= 0 && length <= this.#maxFrameBytes) return
    const fault = length < 0 ? 'is negative' : `is over maxFrameBytes (${this.#maxFrameBytes})`
    throw new ProtocolError(this.#where, '', 0, `frame length ${length} ${fault}${suspicion(length)}`)
  }
}

/** What a wrong length often is: the beginning of another protocol. */
function suspicion(length: number): string {
  const first = length >>> 24
  const second = (length >>> 16) & 0xff
  if ((first === 0x15 || first === 0x16) && second === 0x03)
    return '; these bytes are TLS: one side speaks it and the other does not, check the tls option'
  if (length === 0x48545450) return '; these bytes are HTTP: this is not a Kafka port'
  return ''
}
