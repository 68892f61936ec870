import { CorruptRecordError, type CompressionType } from '../../kernel'
import { attributes, lengthOverhead } from './batch-layout'
import { compressionOf, decompress } from './decompress'
import {
  legacyCrc,
  legacyLayout,
  legacyMinBytes,
  readLegacyMessage,
  type LegacyMessage,
} from './legacy-message'
import { LegacyRecord } from './legacy-record'
import type { BatchSource, RecordBatch, RecordSource } from './record-batch'

/** One outer message of a message set (formats 0 and 1): a record, or a compressed set of records. */
export class LegacyBatch implements RecordBatch {
  readonly leaderEpoch = -1
  readonly baseTimestamp = -1n
  readonly producerId = -1n
  readonly producerEpoch = -1
  readonly baseSequence = -1
  readonly isControl = false
  readonly isTransactional = false
  readonly magic: 0 | 1
  readonly bytes: Buffer
  readonly #source: BatchSource
  #verified: boolean

  /** @param bytes the whole message, of which nothing but its length and magic have been looked at */
  constructor(bytes: Buffer, magic: 0 | 1, source: BatchSource) {
    this.bytes = bytes
    this.magic = magic
    this.#source = source
    this.#verified = !source.checkCrc
  }

  get baseOffset(): bigint {
    return this.lastOffset
  }

  get lastOffset(): bigint {
    return this.bytes.readBigInt64BE(legacyLayout.offset)
  }

  get nextOffset(): bigint {
    return this.lastOffset + 1n
  }

  get crc(): number {
    return this.bytes.readUInt32BE(legacyLayout.crc)
  }

  get compression(): CompressionType | undefined {
    return compressionOf(this.#attributes)
  }

  get timestampType(): 'create' | 'append' | 'none' {
    if (this.magic === 0) return 'none'
    return (this.#attributes & attributes.appendTime) === 0 ? 'create' : 'append'
  }

  get maxTimestamp(): bigint {
    return this.magic === 0 ? -1n : this.bytes.readBigInt64BE(legacyLayout.timestamp)
  }

  get count(): number | null {
    return this.compression === 'none' ? 1 : null
  }

  get sizeInBytes(): number {
    return this.bytes.length
  }

  verify(): void {
    if (this.#verified) return
    this.#verifyMessage(this.bytes)
    this.#verified = true
  }

  open(fromOffset?: bigint): RecordSource {
    const records = this.records(fromOffset)
    return { take: max => records.splice(0, max) }
  }

  records(fromOffset?: bigint): LegacyRecord[] {
    this.verify()
    const outer = this.#parse(this.bytes)
    const records = this.compression === 'none' ? [this.#record(outer, outer.offset)] : this.#inside(outer)
    return fromOffset === undefined ? records : records.filter(record => record.offset >= fromOffset)
  }

  control(): undefined {
    return undefined
  }

  get #attributes(): number {
    return this.bytes[legacyLayout.attributes]!
  }

  /**
   * Format 1 numbers the messages inside from 0 and gives the last one's offset to the outer message (KIP-31), where
   * some clients leave 0 in what they send.
   */
  #inside(outer: LegacyMessage): LegacyRecord[] {
    if (outer.value === null) this.#corrupt('compressed message set without a value')
    const inner = this.#split(decompress(outer.value, outer.attributes, this.#source, outer.offset))
    const last = inner.at(-1)
    if (last === undefined) this.#corrupt('compressed message set without messages')
    const base = outer.magic === 0 ? 0n : outer.offset - last.offset
    return inner.map(message => this.#record(message, (base < 0n ? 0n : base) + message.offset))
  }

  #split(set: Buffer): LegacyMessage[] {
    const messages: LegacyMessage[] = []
    for (let at = 0; at < set.length;) {
      const size = at + lengthOverhead > set.length ? -1 : set.readInt32BE(at + legacyLayout.size)
      const end = at + lengthOverhead + size
      if (size < legacyMinBytes(this.magic) - lengthOverhead || end > set.length)
        this.#corrupt(`compressed message set is cut off at byte ${at} of ${set.length}`)
      messages.push(this.#innerMessage(set.subarray(at, end)))
      at = end
    }
    return messages
  }

  #innerMessage(bytes: Buffer): LegacyMessage {
    if (this.#source.checkCrc) this.#verifyMessage(bytes)
    const message = this.#parse(bytes)
    if (message.magic !== this.magic)
      this.#corrupt(`message of format ${message.magic} in a set of ${this.magic}`)
    if (compressionOf(message.attributes) !== 'none') this.#corrupt('compressed message in a compressed set')
    return message
  }

  #record({ timestamp, key, value }: LegacyMessage, offset: bigint): LegacyRecord {
    const { timestampType } = this
    const time = timestampType === 'append' ? this.maxTimestamp : timestamp
    return new LegacyRecord(this.#source, offset, time, timestampType, key, value)
  }

  #verifyMessage(bytes: Buffer): void {
    const stored = bytes.readUInt32BE(legacyLayout.crc)
    const computed = legacyCrc(bytes)
    if (stored !== computed) this.#corrupt(`checksum is ${computed} where ${stored} is stored`)
  }

  #parse(bytes: Buffer): LegacyMessage {
    const message = readLegacyMessage(bytes)
    return typeof message === 'string' ? this.#corrupt(message) : message
  }

  #corrupt(reason: string): never {
    const { topic, partition } = this.#source
    throw new CorruptRecordError({ topic, partition, offset: this.baseOffset }, reason)
  }
}
