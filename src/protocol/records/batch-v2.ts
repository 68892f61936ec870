import { CorruptRecordError, crc32c, type CompressionType, type ReceivedMessage } from '../../kernel'
import { attributes, layout } from './batch-layout'
import { readControlRecord, type ControlRecord } from './control-record'
import { compressionOf, decompress } from './decompress'
import type { BatchSource, RecordBatch } from './record-batch'
import { RecordReader } from './record-reader'

/** A record batch of format 2, read in place. */
export class BatchV2 implements RecordBatch {
  readonly magic = 2
  readonly bytes: Buffer
  readonly #source: BatchSource
  #verified: boolean

  /** @param bytes the whole batch, of which nothing but its length has been looked at */
  constructor(bytes: Buffer, source: BatchSource) {
    this.bytes = bytes
    this.#source = source
    this.#verified = !source.checkCrc
  }

  get baseOffset(): bigint {
    return this.bytes.readBigInt64BE(layout.baseOffset)
  }

  get lastOffset(): bigint {
    return this.baseOffset + BigInt(this.#lastOffsetDelta)
  }

  get nextOffset(): bigint {
    return this.lastOffset + 1n
  }

  get crc(): number {
    return this.bytes.readUInt32BE(layout.crc)
  }

  get leaderEpoch(): number {
    return this.bytes.readInt32BE(layout.leaderEpoch)
  }

  get producerId(): bigint {
    return this.bytes.readBigInt64BE(layout.producerId)
  }

  get producerEpoch(): number {
    return this.bytes.readInt16BE(layout.producerEpoch)
  }

  get baseSequence(): number {
    return this.bytes.readInt32BE(layout.baseSequence)
  }

  get isControl(): boolean {
    return (this.#attributes & attributes.control) !== 0
  }

  get isTransactional(): boolean {
    return (this.#attributes & attributes.transactional) !== 0
  }

  get compression(): CompressionType | undefined {
    return compressionOf(this.#attributes)
  }

  get timestampType(): 'create' | 'append' {
    return (this.#attributes & attributes.appendTime) === 0 ? 'create' : 'append'
  }

  get baseTimestamp(): bigint {
    return this.bytes.readBigInt64BE(layout.baseTimestamp)
  }

  get maxTimestamp(): bigint {
    return this.bytes.readBigInt64BE(layout.maxTimestamp)
  }

  get count(): number {
    return this.bytes.readInt32BE(layout.count)
  }

  get sizeInBytes(): number {
    return this.bytes.length
  }

  verify(): void {
    if (this.#verified) return
    const computed = crc32c(this.bytes, layout.attributes)
    if (this.crc !== computed) this.#corrupt(`checksum is ${computed} where ${this.crc} is stored`)
    this.#verified = true
  }

  open(fromOffset?: bigint): RecordReader {
    this.verify()
    const { baseOffset, count } = this
    if (count < 0 || this.#lastOffsetDelta < 0)
      this.#corrupt(`${count} records up to offset delta ${this.#lastOffsetDelta}`)
    const { topic, partition } = this.#source
    const batch = {
      topic,
      partition,
      baseOffset,
      lastOffsetDelta: this.#lastOffsetDelta,
      count,
      baseTimestamp: this.baseTimestamp,
      appendTimestamp: this.timestampType === 'append' ? this.maxTimestamp : null,
      bytes: this.#recordBytes(),
    }
    return new RecordReader(batch, fromOffset === undefined ? 0 : Number(fromOffset - baseOffset))
  }

  records(fromOffset?: bigint): ReceivedMessage[] {
    return this.open(fromOffset).take(Infinity)
  }

  control(): ControlRecord | undefined {
    if (!this.isControl) return undefined
    const [record] = this.open().take(1)
    return record && readControlRecord(record)
  }

  get #attributes(): number {
    return this.bytes.readInt16BE(layout.attributes)
  }

  get #lastOffsetDelta(): number {
    return this.bytes.readInt32BE(layout.lastOffsetDelta)
  }

  #recordBytes(): Buffer {
    const records = this.bytes.subarray(layout.records)
    return decompress(records, this.#attributes, this.#source, this.baseOffset)
  }

  #corrupt(reason: string): never {
    const { topic, partition } = this.#source
    throw new CorruptRecordError({ topic, partition, offset: this.baseOffset }, reason)
  }
}
