import { toLong, type Int64Input } from '../int64'

/** Values over this size are not copied but handed on as a chunk of their own. */
const chunkBytes = 4096

/** Writes big-endian values into one growing buffer; large byte strings become chunks between its pieces. */
export class Writer {
  #buffer: Buffer
  #position = 0
  #start = 0
  #chunks: Buffer[] = []
  #handedOn = 0

  constructor(initialBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  /** Bytes written so far, chunks included. */
  get length(): number {
    return this.#handedOn + this.#position - this.#start
  }

  /** All that was written, in order. */
  finish(): Buffer[] {
    this.#cut()
    return this.#chunks
  }

  int8(value: number): void {
    // Room first: growing replaces the buffer.
    const at = this.#room(1)
    this.#buffer[at] = value
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  int16(value: number): void {
    const at = this.#room(2)
    this.#buffer[at] = value >> 8
    this.#buffer[at + 1] = value
  }

  int32(value: number): void {
    const at = this.#room(4)
    const buffer = this.#buffer
    buffer[at] = value >> 24
    buffer[at + 1] = value >> 16
    buffer[at + 2] = value >> 8
    buffer[at + 3] = value
  }

  int64(value: Int64Input): void {
    const { high, low } = toLong(value)
    this.int32(high)
    this.int32(low)
  }

  float64(value: number): void {
    const at = this.#room(8)
    this.#buffer.writeDoubleBE(value, at)
  }

  /** Unsigned varint of at most 32 bits. */
  uvarint(value: number): void {
    let rest = value >>> 0
    const at = this.#room(5)
    let end = at
    while (rest > 0x7f) {
      this.#buffer[end++] = rest | 0x80
      rest >>>= 7
    }
    this.#buffer[end++] = rest
    this.#position = end
  }

  /** Zigzag varint. */
  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31))
  }

  /** Copies small values; a large one is kept by reference until `finish`, so it must not change before that. */
  bytes(value: Uint8Array): void {
    if (value.length <= chunkBytes) {
      const at = this.#room(value.length)
      this.#buffer.set(value, at)
      return
    }
    this.#cut()
    this.#chunks.push(Buffer.from(value.buffer, value.byteOffset, value.length))
    this.#handedOn += value.length
  }

  /** UTF-8 without its length; `bytes` is what `Buffer.byteLength` says of it. */
  utf8(value: string, bytes: number): void {
    const at = this.#room(bytes)
    this.#buffer.write(value, at, 'utf8')
  }

  /** 16 bytes from base64url. */
  uuid(value: string): void {
    const at = this.#room(16)
    this.#buffer.write(value, at, 16, 'base64url')
  }

  #room(bytes: number): number {
    const at = this.#position
    const wanted = at + bytes
    if (wanted > this.#buffer.length) this.#grow(wanted)
    this.#position = wanted
    return at
  }

  #grow(wanted: number): void {
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2))
    this.#buffer.copy(grown, this.#start, this.#start, this.#position)
    this.#buffer = grown
  }

  #cut(): void {
    if (this.#position === this.#start) return
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#position))
    this.#handedOn += this.#position - this.#start
    this.#start = this.#position
  }
}
