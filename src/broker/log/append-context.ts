import type { CodecLookup, TopicPartition } from '../../kernel'
import type { LogSettings } from './settings'

/** What a client's batch is judged by. */
export interface AppendContext extends TopicPartition {
  readonly settings: LogSettings
  readonly codecs: CodecLookup
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Version of the Produce request. */
  readonly version: number
}

/** What one batch may grow to when it is decompressed: a sound one of the largest size stays far below. */
export const maxDecompressedBytes = 256 * 1024 * 1024
