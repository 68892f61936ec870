import type { CodecLookup, TopicPartition } from '../../kernel'
import type { LogSettings } from './settings'

/** How the batches of a log are read. */
export interface LogSource extends TopicPartition {
  readonly codecs: CodecLookup
  /** What one batch may grow to when it is decompressed, in bytes. */
  readonly maxDecompressedBytes: number
}

/** What a client's batch is judged by. */
export interface AppendContext extends LogSource {
  readonly settings: LogSettings
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Version of the Produce request. */
  readonly version: number
}
