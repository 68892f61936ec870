import type { ConsumerOptions } from '../../../src/consumer'
import type { FaultPlan, outages } from '../chaos'

/** How the topic is read. */
export const faces = ['ack on read', 'ack later', 'process', 'process each'] as const
export type FaceName = (typeof faces)[number]

/** Requests that a reader makes. */
export const apis = [
  'Fetch',
  'Metadata',
  'ListOffsets',
  'OffsetForLeaderEpoch',
  'OffsetCommit',
  'OffsetFetch',
  'FindCoordinator',
] as const

/** What happens, so many ms after what happened before. */
export type ReadingEvent = { readonly after: number } & (
  | { readonly type: 'append'; readonly partition: number; readonly count: number; readonly bytes: number }
  | {
      readonly type: 'fault'
      readonly api: (typeof apis)[number]
      readonly fault: FaultPlan
      readonly times: number
      readonly broker?: number
    }
  | {
      readonly type: 'outage'
      readonly how: (typeof outages)[number]
      readonly broker: number
      readonly ms: number
    }
  | { readonly type: 'move'; readonly partition: number }
  | { readonly type: 'move coordinator' }
  | { readonly type: 'cut'; readonly broker: number }
  | { readonly type: 'pace'; readonly broker: number; readonly bytesPerSecond: number; readonly ms: number }
  | { readonly type: 'split'; readonly bytes: number }
  | { readonly type: 'pause'; readonly partition: number; readonly ms: number }
  /** The subscription is left, and another one follows at once; only where offsets are committed. */
  | { readonly type: 'leave' }
)

export interface ReadingSchedule {
  /** All chance within the run comes from it. */
  readonly seed: number
  readonly brokers: number
  readonly partitions: number
  readonly release: '4.3' | '2.8'
  readonly latencyMs: number
  readonly metadataLagMs: number
  readonly requestTimeoutMs: number
  readonly maxFetchBufferBytes: number
  /** Over so many bytes in all logs the oldest go. */
  readonly retentionBytes?: number
  /** Whether followers are read from. */
  readonly isNearRead: boolean
  readonly face: FaceName
  /** Ms that a batch or a message takes at most. */
  readonly workMs: number
  readonly consumer: ConsumerOptions
  readonly events: readonly ReadingEvent[]
}
