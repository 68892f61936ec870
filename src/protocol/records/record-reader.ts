import { CorruptRecordError } from '../../kernel'
import { RecordView, type BatchContext } from './record-view'

const maxVarlongBytes = 10

/**
 * Walks over the records of one batch and makes views of those wanted. Every length is checked against the record it
 * stands in, and every record against the batch, so that bytes that lie give a CorruptRecordError.
 */
export class RecordReader {
  readonly #batch: BatchContext
  readonly #bytes: Buffer
  readonly #fromDelta: number
  readonly #lastDelta: number
  #position = 0
  #left: number

  /** @param fromDelta records before this one are left out */
  constructor(batch: BatchContext, fromDelta = 0) {
    this.#batch = batch
    this.#bytes = batch.bytes
    this.#fromDelta = fromDelta
    this.#lastDelta = batch.lastOffsetDelta
    this.#left = batch.count
  }

  /** Up to `max` further records; fewer only at the end of the batch. */
  take(max: number): RecordView[] {
    const views: RecordView[] = []
    while (views.length < max && this.#left > 0) {
      const view = this.#next()
      if (view !== undefined) views.push(view)
      if (this.#left === 1) this.#checkEnd()
      this.#left--
    }
    return views
  }

  /**
   * One record; undefined for one that is not wanted. Its numbers mostly have one byte and are read in place: calls for
   * them take as long as all else. A number that runs past `end` is seen when that is compared.
   */
  #next(): RecordView | undefined {
    const bytes = this.#bytes
    const end = this.#endOfRecord()
    const timestampAt = this.#position + 1
    let at = this.#endOfVarlong(timestampAt)
    let zigzag = bytes[at++]!
    if (zigzag > 0x7f) {
      zigzag = this.#longVarint(zigzag, at)
      at = this.#position
    }
    const offsetDelta = signed(zigzag)
    zigzag = bytes[at++]!
    if (zigzag > 0x7f) {
      zigzag = this.#longVarint(zigzag, at)
      at = this.#position
    }
    const keyAt = zigzag === 1 ? -1 : at
    const keyEnd = this.#endOf(at, signed(zigzag), end)
    at = keyEnd
    zigzag = bytes[at++]!
    if (zigzag > 0x7f) {
      zigzag = this.#longVarint(zigzag, at)
      at = this.#position
    }
    const valueAt = zigzag === 1 ? -1 : at
    const valueEnd = this.#endOf(at, signed(zigzag), end)
    at = bytes[valueEnd] === 0 ? valueEnd + 1 : this.#endOfHeaders(valueEnd, end)
    if (at !== end) this.#fail('the fields end elsewhere than the record', at)
    if (offsetDelta < 0 || offsetDelta > this.#lastDelta) this.#fail(`offset delta ${offsetDelta}`, at)
    this.#position = at
    if (offsetDelta < this.#fromDelta) return undefined
    return new RecordView(this.#batch, offsetDelta, timestampAt, keyAt, keyEnd, valueAt, valueEnd)
  }

  #endOfRecord(): number {
    const length = this.#varint()
    const end = this.#position + length
    if (length < 0 || end > this.#bytes.length) this.#fail(`record length ${length}`)
    return end
  }

  #endOfVarlong(start: number): number {
    let at = start
    while (this.#bytes[at]! > 0x7f) at++
    if (at - start >= maxVarlongBytes) this.#fail('varint of more than 64 bits', at)
    return at + 1
  }

  /** Behind so many bytes, -1 being Kafka's word for null. */
  #endOf(at: number, length: number, end: number): number {
    if (length > end - at || length < -1) this.#fail(`length ${length}`, at)
    return length < 0 ? at : at + length
  }

  #endOfHeaders(start: number, end: number): number {
    this.#position = start
    const count = this.#varint()
    if (count < 0) this.#fail(`${count} headers`)
    for (let left = count; left > 0; left--) {
      const nameLength = this.#varint()
      if (nameLength < 0) this.#fail(`header name of length ${nameLength}`)
      this.#position = this.#endOf(this.#position, nameLength, end)
      const valueLength = this.#varint()
      this.#position = this.#endOf(this.#position, valueLength, end)
    }
    return this.#position
  }

  #varint(): number {
    const byte = this.#bytes[this.#position++]!
    return signed(byte > 0x7f ? this.#longVarint(byte, this.#position) : byte)
  }

  /** The number that began with this byte, not yet signed; leaves the position behind it. */
  #longVarint(first: number, start: number): number {
    let zigzag = first & 0x7f
    let at = start
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#bytes[at++]!
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.#position = at
        return zigzag
      }
    }
    return this.#fail('varint of more than 32 bits', at)
  }

  #checkEnd(): void {
    const left = this.#bytes.length - this.#position
    if (left > 0) this.#fail(`${left} bytes behind the last record`)
  }

  #fail(what: string, at = this.#position): never {
    const { topic, partition, baseOffset, count } = this.#batch
    const reason = at > this.#bytes.length ? 'cut off in the middle of a number' : what
    const where = `record ${count - this.#left + 1} of ${count}, byte ${at} of the records`
    throw new CorruptRecordError({ topic, partition, offset: baseOffset }, `${where}: ${reason}`)
  }
}

/** Zigzag: 0, -1, 1, -2, 2 and so on. */
function signed(zigzag: number): number {
  return (zigzag >>> 1) ^ -(zigzag & 1)
}
