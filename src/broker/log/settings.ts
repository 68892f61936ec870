import type { CompressionType } from '../../kernel'

/** What a partition's log asks of the configuration of its topic; looked at anew at each use. */
export interface LogSettings {
  /** `max.message.bytes`: the largest batch, its header included. */
  readonly maxMessageBytes: number
  /** `segment.bytes`: no batch is larger than a segment. */
  readonly segmentBytes: number
  /** `message.timestamp.type`: whose time the records bear, the sender's or the log's. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  /** `compression.type`: `producer` leaves batches as they come; others are compressed anew where they differ. */
  readonly compressionType: 'producer' | 'uncompressed' | CompressionType
  /** `cleanup.policy`: a compacted topic takes no record without a key; only `delete` lets retention delete. */
  readonly cleanupPolicy: { readonly compact: boolean; readonly delete: boolean }
  /** `retention.bytes` of one partition; undefined keeps all. */
  readonly retentionBytes: number | undefined
  /** `message.timestamp.before.max.ms`: how old a record may be when it is appended. */
  readonly timestampBeforeMaxMs: number
  /** `message.timestamp.after.max.ms`: how far in the future. */
  readonly timestampAfterMaxMs: number
}

/** Kafka's defaults. */
export const defaultLogSettings: LogSettings = {
  maxMessageBytes: 1_048_588,
  segmentBytes: 1_073_741_824,
  timestampType: 'CreateTime',
  compressionType: 'producer',
  cleanupPolicy: { compact: false, delete: true },
  retentionBytes: undefined,
  timestampBeforeMaxMs: Infinity,
  timestampAfterMaxMs: 3_600_000,
}
