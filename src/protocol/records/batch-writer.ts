import {
  ArgumentError,
  crc32c,
  compressionTypes,
  type Bytes,
  type Codec,
  type Headers,
  type Message,
} from '../../kernel'
import { attributes, layout, lengthOverhead, none } from './batch-layout'
import { millisecondsOf, refuseMessage } from './message-check'
import { sizeOfParts } from './message-size'
import { writeRecord } from './record-encode'
import { varintSize } from './varint'

/** Where batches have their buffers from: a `BufferPool`, or one that counts. */
export interface BatchMemory {
  /** A buffer of at least so many bytes. May throw where there is a limit. */
  acquire(minBytes: number): Buffer
  /** Takes back a buffer that was acquired here. */
  release(buffer: Buffer): void
}

/** What is fixed when a batch is closed for further records. */
export interface SealOptions {
  /** Default: not compressed. */
  readonly codec?: Codec | undefined
  /** Compression level in the codec's own scale; default: the codec's. */
  readonly level?: number | undefined
  /** What the codec has made of `records` already. Default: it does so now. */
  readonly compressed?: Buffer | undefined
  /** Default false. */
  readonly transactional?: boolean | undefined
  /** True for transaction markers, which only brokers write; default false. */
  readonly control?: boolean | undefined
}

/** The producer's part of a batch header (KIP-98); left out, the batch is not idempotent. */
export interface Stamp {
  readonly producerId?: bigint | undefined
  readonly producerEpoch?: number | undefined
  readonly baseSequence?: number | undefined
}

/**
 * One open record batch (format 2). Records are encoded when they are appended, straight into one pooled buffer;
 * `seal` fixes them, `stamp` completes the header and gives the bytes to send, `release` gives the buffer back.
 */
export class BatchWriter {
  readonly #pool: BatchMemory
  #buffer: Buffer
  #end: number = layout.records
  #count = 0
  #baseTimestamp: number = none
  #maxTimestamp: number = none
  #lengthWidth = 1
  #sealed = false

  /** @param initialBytes of the buffer, which grows when needed */
  constructor(pool: BatchMemory, initialBytes = 16_384) {
    this.#pool = pool
    this.#buffer = pool.acquire(initialBytes)
  }

  /** Records so far. */
  get count(): number {
    return this.#count
  }

  /** Bytes of the batch so far, its header included. */
  get bytes(): number {
    return this.#end
  }

  /** Bytes of the buffer that it occupies. */
  get allocatedBytes(): number {
    return this.#buffer.length
  }

  /** The records so far as they are encoded, a view that is good until the next call here. */
  get records(): Buffer {
    return this.#buffer.subarray(layout.records, this.#end)
  }

  /** Whether records of so many bytes fit into its buffer as it is. */
  hasRoom(bytes: number): boolean {
    return bytes <= this.#buffer.length - this.#end
  }

  /** Makes room for records of so many bytes. */
  reserve(bytes: number): void {
    if (!this.hasRoom(bytes)) this.#grow(this.#end + bytes)
  }

  /**
   * Encodes one record and answers the bytes it took. A message that cannot be sent throws an ArgumentError (see
   * `sizeOf`) and leaves the batch as it was.
   *
   * @param timestamp of a message that has none, in ms
   * @param index position among the caller's messages, for the error's text
   */
  append(message: Message, timestamp: number, index?: number): number {
    if (typeof message !== 'object' || message === null) refuseMessage(message, index)
    // Each part is read once: objects made by `{ ...defaults, value }` may each have a shape of their own, and then
    // every look at a property is a search.
    const { key = null, value, headers, timestamp: own } = message
    const room = sizeOfParts(key, value, headers)
    const time = millisecondsOf(own, timestamp)
    if (room < 0 || Number.isNaN(time)) refuseMessage(message, index)
    return this.appendParts(key, value, headers, time, room)
  }

  /**
   * The same of parts that have been looked at.
   *
   * @param time in ms
   * @param room what `sizeOfParts` says of them
   */
  appendParts(
    key: Bytes | null,
    value: Bytes | null,
    headers: Headers | undefined,
    time: number,
    room: number,
  ): number {
    if (this.#sealed) throw new ArgumentError('batch', 'a sealed batch', 'a batch that is not sealed')
    const start = this.#end
    const count = this.#count
    const width = this.#lengthWidth
    if (room > this.#buffer.length - start) this.#grow(start + room)
    const delta = this.#timestampDelta(time)
    const end = writeRecord(this.#buffer, start, key, value, headers, count, delta, width)
    this.#lengthWidth = varintSize(end - start - width)
    this.#count = count + 1
    this.#end = end
    return end - start
  }

  /**
   * Fixes the records and compresses them. Nothing can be appended from here on. Throws an ArgumentError for a batch
   * without records, one that is sealed already, or a level that the codec lacks.
   */
  seal({ codec, level, compressed, transactional, control }: SealOptions = {}): void {
    if (this.#sealed || this.#count === 0)
      throw new ArgumentError(
        'batch',
        this.#sealed ? 'a sealed batch' : 'an empty batch',
        'an open batch with records',
      )
    if (codec !== undefined && codec.type !== 'none')
      this.#replace(compressed ?? codec.compress(this.records, level))
    this.#sealed = true
    this.#writeHeader(
      compressionTypes.indexOf(codec?.type ?? 'none') |
        (transactional ? attributes.transactional : 0) |
        (control ? attributes.control : 0),
    )
  }

  /**
   * Writes the producer's fields and the checksum into a sealed batch and answers its bytes, a view that is good
   * until `release`. Costs one pass over the bytes, so that a sequence can be given as late as when the batch is
   * put into its request. Throws an ArgumentError for a batch that is not sealed.
   */
  stamp({ producerId = BigInt(none), producerEpoch = none, baseSequence = none }: Stamp = {}): Buffer {
    if (!this.#sealed) throw new ArgumentError('batch', 'an open batch', 'a sealed batch')
    const buffer = this.#buffer
    buffer.writeBigInt64BE(producerId, layout.producerId)
    buffer.writeInt16BE(producerEpoch, layout.producerEpoch)
    buffer.writeInt32BE(baseSequence, layout.baseSequence)
    buffer.writeUInt32BE(crc32c(buffer, layout.attributes, this.#end), layout.crc)
    return buffer.subarray(0, this.#end)
  }

  /** Gives the buffer back, once nobody reads the bytes of `stamp` any more. The batch is of no use from here on. */
  release(): void {
    if (this.#buffer.length > 0) this.#pool.release(this.#buffer)
    this.#buffer = Buffer.alloc(0)
    this.#sealed = true
  }

  #timestampDelta(timestamp: number): number {
    if (this.#count === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    return timestamp - this.#baseTimestamp
  }

  #grow(wanted: number): void {
    const grown = this.#pool.acquire(Math.max(wanted, 2 * this.#buffer.length))
    this.#buffer.copy(grown, 0, 0, this.#end)
    this.#pool.release(this.#buffer)
    this.#buffer = grown
  }

  /** The compressed records move to a buffer of their size, so that a sealed batch does not occupy the open one's. */
  #replace(compressed: Buffer): void {
    this.#end = layout.records + compressed.length
    // First one back, then one out, so that a full memory has room for it.
    this.#pool.release(this.#buffer)
    this.#buffer = this.#pool.acquire(this.#end)
    this.#buffer.set(compressed, layout.records)
  }

  #writeHeader(attributeBits: number): void {
    const buffer = this.#buffer
    buffer.writeBigInt64BE(0n, layout.baseOffset)
    buffer.writeInt32BE(this.#end - lengthOverhead, layout.batchLength)
    buffer.writeInt32BE(none, layout.leaderEpoch)
    buffer[layout.magic] = 2
    buffer.writeInt16BE(attributeBits, layout.attributes)
    buffer.writeInt32BE(this.#count - 1, layout.lastOffsetDelta)
    buffer.writeBigInt64BE(BigInt(this.#baseTimestamp), layout.baseTimestamp)
    buffer.writeBigInt64BE(BigInt(this.#maxTimestamp), layout.maxTimestamp)
    buffer.writeInt32BE(this.#count, layout.count)
  }
}
