/** What a walk over the records of a batch has shown. */
export interface RecordScan {
  /** Whether the offset deltas are 0, 1, 2 and so on. */
  readonly isContiguous: boolean
  /** Whether some record has no key. */
  readonly lacksKey: boolean
  /** Timestamps, counted from that of the batch. */
  readonly oldest: number
  readonly newest: number
}

/** Bytes that are not the records they say to be. */
export class RecordDamage extends Error {}

/**
 * Walks over the decompressed records of a batch without making anything of them, and checks every length. Throws a
 * RecordDamage.
 *
 * @param count of the records, as the batch tells it
 */
export function scanRecords(bytes: Buffer, count: number): RecordScan {
  const walk = new RecordWalk(bytes)
  for (let index = 0; index < count; index++) walk.step(index)
  walk.finish(count)
  return walk
}

class RecordWalk implements RecordScan {
  isContiguous = true
  lacksKey = false
  oldest = Infinity
  newest = -Infinity
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  step(index: number): void {
    const length = this.#varint()
    const end = this.#at + length
    if (length < 0 || end > this.#bytes.length) this.#fail(index, `length ${length}`)
    this.#at++
    const time = this.#varlong()
    if (time > this.newest) this.newest = time
    if (time < this.oldest) this.oldest = time
    if (this.#varint() !== index) this.isContiguous = false
    const keyLength = this.#varint()
    if (keyLength < 0) this.lacksKey = true
    this.#skip(index, keyLength, end)
    this.#skip(index, this.#varint(), end)
    this.#skipHeaders(index, end)
    if (this.#at !== end) this.#fail(index, 'ends elsewhere than it says')
  }

  finish(count: number): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) this.#fail(count, `${left} bytes behind the last one`)
  }

  /** -1 is Kafka's word for null. */
  #skip(index: number, length: number, end: number): void {
    if (length < -1 || length > end - this.#at) this.#fail(index, `a part of ${length} bytes`)
    if (length > 0) this.#at += length
  }

  #skipHeaders(index: number, end: number): void {
    const count = this.#varint()
    if (count < 0) this.#fail(index, `${count} headers`)
    for (let left = count; left > 0; left--) {
      const nameLength = this.#varint()
      if (nameLength < 0) this.#fail(index, `a header name of ${nameLength} bytes`)
      this.#skip(index, nameLength, end)
      this.#skip(index, this.#varint(), end)
    }
  }

  /** Most numbers have one byte. A number that runs past the end is seen when the lengths are compared. */
  #varint(): number {
    const byte = this.#bytes[this.#at++]!
    const zigzag = byte > 0x7f ? this.#longVarint(byte & 0x7f) : byte
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  #longVarint(first: number): number {
    let zigzag = first
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++]!
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) return zigzag
    }
    throw new RecordDamage('a number of more than 32 bits')
  }

  /** A number of up to 64 bits, exact up to 2^53. */
  #varlong(): number {
    const byte = this.#bytes[this.#at++]!
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let zigzag = BigInt(byte & 0x7f)
    for (let shift = 7n; shift < 70n; shift += 7n) {
      const next = this.#bytes[this.#at++]!
      zigzag |= BigInt(next & 0x7f) << shift
      if (next < 0x80) return Number(BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n)))
    }
    throw new RecordDamage('a number of more than 64 bits')
  }

  #fail(index: number, what: string): never {
    throw new RecordDamage(`record ${index}: ${what}`)
  }
}
