import type { CodecLookup, CompressionType, ReceivedMessage, TopicPartition } from '../../kernel'
import type { ControlRecord } from './control-record'

/** How a partition's bytes are to be read. */
export interface ReadOptions extends TopicPartition {
  /** Asked only when compressed records are read. */
  readonly codecs: CodecLookup
  /** What one batch may grow to when it is decompressed, in bytes; default 64 MiB. */
  readonly maxDecompressedBytes?: number | undefined
  /** Whether checksums are compared before records are read; default true. */
  readonly checkCrc?: boolean | undefined
}

/** The same with everything decided. */
export type BatchSource = { readonly [K in keyof ReadOptions]-?: NonNullable<ReadOptions[K]> }

/** Records one after another, so that a large batch need not be turned into objects all at once. */
export interface RecordSource {
  /** Up to `max` further records; fewer, or none, only at the end. */
  take(max: number): ReceivedMessage[]
}

/**
 * One batch of a partition's log: its header, and on demand its records. The header is read in place; nothing is
 * checked, decompressed or decoded before `verify`, `open` or `records`. A message set of the older formats 0 and 1
 * reads the same: each of its outer messages is a batch.
 */
export interface RecordBatch {
  /** The format: 2, or 0 or 1 for logs written before Kafka 0.11. */
  readonly magic: 0 | 1 | 2
  /** First offset; of a compressed message set the last, the first being known only to its inside. */
  readonly baseOffset: bigint
  /** Last offset that the batch occupies, though compaction may have removed that record. */
  readonly lastOffset: bigint
  /** Where reading goes on after this batch, whatever records it still holds. */
  readonly nextOffset: bigint
  /** The checksum as it is stored: CRC32C, in formats 0 and 1 CRC-32. */
  readonly crc: number
  /** Epoch of the leader that wrote it; -1 when not known. */
  readonly leaderEpoch: number
  /** -1n without a producer id. */
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Sequence of the first record; -1 without. */
  readonly baseSequence: number
  /** Holds a transaction's end, not messages. */
  readonly isControl: boolean
  readonly isTransactional: boolean
  /** undefined for an id that is not known here: its records cannot be read. */
  readonly compression: CompressionType | undefined
  readonly timestampType: ReceivedMessage['timestampType']
  /** What the records' own times are counted from, in milliseconds; -1n in formats 0 and 1. */
  readonly baseTimestamp: bigint
  /** Milliseconds since the epoch; -1n in format 0. */
  readonly maxTimestamp: bigint
  /** Records it holds; null for a compressed message set, which does not say. */
  readonly count: number | null
  readonly sizeInBytes: number
  /** The batch as it is stored, a view. */
  readonly bytes: Buffer

  /** Compares the checksum, once, unless that was switched off. Throws a CorruptRecordError. */
  verify(): void
  /**
   * Verifies and decompresses the batch, and answers its records from an offset on (default: all), one at a time.
   * Throws a CorruptRecordError for bytes that cannot be, an UnsupportedError for a codec that is not there.
   */
  open(fromOffset?: bigint): RecordSource
  /** All that `open` has, at once. */
  records(fromOffset?: bigint): ReceivedMessage[]
  /**
   * What a control batch says; undefined for other batches, and for a control batch that compaction has emptied.
   * Throws a CorruptRecordError for bytes that cannot be.
   */
  control(): ControlRecord | undefined
}
