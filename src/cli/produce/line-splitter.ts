/** A line that is too long to be held: only its length is known. */
export interface LongLine {
  readonly length: number
}

/** Cuts bytes that come in pieces at a delimiter, which need not be one byte and may come in two pieces. */
export class LineSplitter {
  readonly #delimiter: Buffer
  readonly #maxLength: number
  /** The line under way, as far as it is known. */
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of the line under way that were let go, since it is too long. */
  #dropped = 0

  /** @param maxLength a longer line is not held */
  constructor(delimiter: Buffer, maxLength: number) {
    this.#delimiter = delimiter
    this.#maxLength = maxLength
  }

  /** The lines that end in this piece, without their delimiters. */
  *push(piece: Buffer): Generator<Buffer | LongLine> {
    const { length } = this.#delimiter
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    let from = Math.max(0, this.#rest.length - length + 1)
    for (;;) {
      const at = bytes.indexOf(this.#delimiter, from)
      if (at < 0) break
      yield this.#line(bytes.subarray(0, at))
      bytes = bytes.subarray(at + length)
      from = 0
    }
    this.#keep(bytes)
  }

  /** The last line, if it lacks its delimiter. */
  *end(): Generator<Buffer | LongLine> {
    if (this.#rest.length + this.#dropped > 0) yield this.#line(this.#rest)
    this.#rest = Buffer.alloc(0)
  }

  #line(bytes: Buffer): Buffer | LongLine {
    const length = this.#dropped + bytes.length
    this.#dropped = 0
    return length > this.#maxLength ? { length } : bytes
  }

  /** The last bytes may be the begin of a delimiter; of a line that is too long without them, they alone are held. */
  #keep(bytes: Buffer): void {
    const surely = Math.max(0, bytes.length - this.#delimiter.length + 1)
    const dropped = this.#dropped + surely > this.#maxLength ? surely : 0
    this.#dropped += dropped
    this.#rest = bytes.subarray(dropped)
  }
}
