import { CorruptRecordError } from '../../kernel'
import { layout, lengthOverhead } from './batch-layout'
import { BatchV2 } from './batch-v2'
import { LegacyBatch } from './legacy-batch'
import { legacyMinBytes } from './legacy-message'
import type { BatchSource, ReadOptions, RecordBatch } from './record-batch'

const defaultMaxDecompressedBytes = 64 * 1024 * 1024
/** Offset, length, and up to the magic, which all formats have at the same place. */
const bytesToMagic = layout.magic + 1

/** The batches of one partition's bytes, in order; each look over them starts anew. */
export class RecordBatches implements Iterable<RecordBatch> {
  readonly #bytes: Buffer
  readonly #source: BatchSource

  constructor(bytes: Buffer, { topic, partition, codecs, maxDecompressedBytes, checkCrc }: ReadOptions) {
    this.#bytes = bytes
    this.#source = {
      topic,
      partition,
      codecs,
      maxDecompressedBytes: maxDecompressedBytes ?? defaultMaxDecompressedBytes,
      checkCrc: checkCrc ?? true,
    }
  }

  /**
   * Bytes at the end that belong to a batch that is cut off there, as brokers do that fill an answer to its limit.
   * Without a whole batch before them, the limit was too small for the first one.
   */
  get trailingBytes(): number {
    let at = 0
    for (let size = this.#sizeAt(at); size > 0; size = this.#sizeAt(at)) at += size
    return this.#bytes.length - at
  }

  /** Throws a CorruptRecordError on reaching what cannot be a batch; those before it are good. */
  *[Symbol.iterator](): Iterator<RecordBatch> {
    let at = 0
    for (let size = this.#sizeAt(at); size > 0; size = this.#sizeAt(at)) {
      yield this.#batch(this.#bytes.subarray(at, at + size))
      at += size
    }
  }

  /** Bytes of the batch that begins here; 0 when it is not all there, or not even its size. */
  #sizeAt(at: number): number {
    const left = this.#bytes.length - at
    if (left < bytesToMagic) return 0
    const size = this.#bytes.readInt32BE(at + layout.batchLength) + lengthOverhead
    return size > left ? 0 : Math.max(size, bytesToMagic)
  }

  #batch(bytes: Buffer): RecordBatch {
    const size = bytes.readInt32BE(layout.batchLength) + lengthOverhead
    const magic = bytes[layout.magic]!
    if (magic > 2) this.#corrupt(bytes, `magic ${magic}, where 0, 1 and 2 are known`)
    const smallest = magic === 2 ? layout.records : legacyMinBytes(magic)
    if (size < smallest) this.#corrupt(bytes, `a batch of format ${magic} in ${size} bytes`)
    return magic === 2
      ? new BatchV2(bytes, this.#source)
      : new LegacyBatch(bytes, magic === 0 ? 0 : 1, this.#source)
  }

  #corrupt(bytes: Buffer, reason: string): never {
    const { topic, partition } = this.#source
    throw new CorruptRecordError(
      { topic, partition, offset: bytes.readBigInt64BE(layout.baseOffset) },
      reason,
    )
  }
}

/**
 * Reads what a Fetch answer (or a Produce request) holds for one partition: record batches, and message sets of old
 * formats, mixed as they may be. Nothing is decompressed or copied before a batch's records are asked for.
 */
export function readBatches(bytes: Buffer, options: ReadOptions): RecordBatches {
  return new RecordBatches(bytes, options)
}
