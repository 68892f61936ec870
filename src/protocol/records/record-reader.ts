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
  #position = 0
  #left: number

  /** @param fromDelta records before this one are left out */
  constructor(batch: BatchContext, fromDelta = 0) {
    this.#batch = batch
    this.#bytes = batch.bytes
    this.#fromDelta = fromDelta
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

  #next(): RecordView | undefined {
    const length = this.#varint()
    const attributesAt = this.#position
    const end = attributesAt + length
    if (length < 0 || end > this.#bytes.length) this.#fail(`record length ${length}`)
    this.#skipVarlong(attributesAt + 1)
    const offsetDelta = this.#varint()
    const keyLength = this.#varint()
    const keyEnd = this.#skip(keyLength, end)
    const valueLength = this.#varint()
    const valueEnd = this.#skip(valueLength, end)
    if (this.#bytes[valueEnd] === 0) this.#position = valueEnd + 1
    else this.#skipHeaders(end)
    if (this.#position !== end) this.#fail(`record length ${length}, but its fields end elsewhere`)
    if (offsetDelta < 0 || offsetDelta > this.#batch.lastOffsetDelta)
      this.#fail(`offset delta ${offsetDelta}`)
    if (offsetDelta < this.#fromDelta) return undefined
    const keyAt = keyLength < 0 ? -1 : keyEnd - keyLength
    const valueAt = valueLength < 0 ? -1 : valueEnd - valueLength
    return new RecordView(this.#batch, offsetDelta, attributesAt + 1, keyAt, keyEnd, valueAt, valueEnd)
  }

  /** Over so many bytes, -1 being Kafka's word for null; answers where they end. */
  #skip(length: number, end: number): number {
    if (length > end - this.#position || length < -1) this.#fail(`length ${length}`)
    return length < 0 ? this.#position : (this.#position += length)
  }

  #skipHeaders(end: number): void {
    const count = this.#varint()
    if (count < 0) this.#fail(`${count} headers`)
    for (let left = count; left > 0; left--) {
      const nameLength = this.#varint()
      if (nameLength < 0) this.#fail(`header name of length ${nameLength}`)
      this.#skip(nameLength, end)
      this.#skip(this.#varint(), end)
    }
  }

  #skipVarlong(at: number): void {
    const bytes = this.#bytes
    let position = at
    while (bytes[position++]! >= 0x80);
    if (position - at > maxVarlongBytes) this.#fail('varint of more than 64 bits')
    this.#position = position
  }

  #varint(): number {
    const byte = this.#bytes[this.#position++]!
    return byte < 0x80 ? (byte >>> 1) ^ -(byte & 1) : this.#longVarint(byte & 0x7f)
  }

  #longVarint(zigzag: number): number {
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#position++]!
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1)
    }
    return this.#fail('varint of more than 32 bits')
  }

  #checkEnd(): void {
    const left = this.#bytes.length - this.#position
    if (left > 0) this.#fail(`${left} bytes behind the last record`)
  }

  #fail(what: string): never {
    const { topic, partition, baseOffset, count } = this.#batch
    const reason = this.#position > this.#bytes.length ? 'cut off in the middle of a number' : what
    const where = `record ${count - this.#left + 1} of ${count}, byte ${this.#position} of the records`
    throw new CorruptRecordError({ topic, partition, offset: baseOffset }, `${where}: ${reason}`)
  }
}
