import { Long } from '../int64'
import { MalformedBytes } from './malformed'

/** Reads big-endian values from a buffer; every length is checked against the bytes left before it is used. */
export class Reader {
  readonly buffer: Buffer
  readonly end: number
  position: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get left(): number {
    return this.end - this.position
  }

  /** The position before `length` bytes, which are then behind us. */
  take(length: number): number {
    const at = this.position
    if (length > this.end - at || length < 0) this.fail(`${length} bytes wanted, ${this.end - at} left`)
    this.position = at + length
    return at
  }

  fail(reason: string, at = this.position): never {
    throw new MalformedBytes(at, reason)
  }

  int8(): number {
    return (this.buffer[this.take(1)]! << 24) >> 24
  }

  bool(): boolean {
    return this.buffer[this.take(1)]! !== 0
  }

  int16(): number {
    const at = this.take(2)
    return (((this.buffer[at]! << 8) | this.buffer[at + 1]!) << 16) >> 16
  }

  uint16(): number {
    const at = this.take(2)
    return (this.buffer[at]! << 8) | this.buffer[at + 1]!
  }

  int32(): number {
    const at = this.take(4)
    const { buffer } = this
    return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  int64(): Long {
    const high = this.int32()
    return new Long(this.int32(), high)
  }

  bigint64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }

  /** Unsigned varint of at most 32 bits. */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break
        return value >>> 0
      }
    }
    return this.fail('varint of more than 32 bits')
  }

  /** Zigzag varint of at most 32 bits. */
  varint(): number {
    const value = this.uvarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** A view, not a copy: it keeps the whole frame alive. */
  bytes(length: number): Buffer {
    const at = this.take(length)
    return this.buffer.subarray(at, at + length)
  }

  utf8(length: number): string {
    const at = this.take(length)
    return this.buffer.toString('utf8', at, at + length)
  }

  /** 16 bytes as Kafka prints them: base64url without padding. */
  uuid(): string {
    const at = this.take(16)
    return this.buffer.toString('base64url', at, at + 16)
  }
}
