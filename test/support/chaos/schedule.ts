import type { ErrorName } from '../../../src/protocol'
import type { ProducerOptions } from '../../../src/producer'

/** What goes wrong with one request. */
export type FaultPlan =
  | { readonly kind: 'answer'; readonly error: ErrorName; readonly partition?: number }
  | { readonly kind: 'answer afterwards'; readonly error: ErrorName }
  | { readonly kind: 'drop answer' | 'duplicate' | 'close before' | 'close after' | 'cut answer' }
  | { readonly kind: 'delay answer' | 'delay request' | 'throttle'; readonly ms: number }

export const outages = ['kill', 'stop', 'pause', 'refuse', 'freeze', 'hold'] as const

/** What happens, so many ms after what happened before. */
export type ChaosEvent = { readonly after: number } & (
  | {
      readonly type: 'send'
      readonly partition: number
      /** Messages in one call. */
      readonly count: number
      readonly bytes: number
      /** Taken back after so many ms, if it can be. */
      readonly cancelAfter?: number
    }
  | {
      readonly type: 'fault'
      readonly api: 'Produce' | 'Metadata' | 'InitProducerId'
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
  | { readonly type: 'cut'; readonly broker: number }
  | { readonly type: 'pace'; readonly broker: number; readonly bytesPerSecond: number; readonly ms: number }
  | { readonly type: 'split'; readonly bytes: number }
  | { readonly type: 'recreate'; readonly ms: number }
  | { readonly type: 'grow' }
  /** Brokers take no batch that is larger. */
  | { readonly type: 'limit'; readonly bytes: number; readonly ms: number }
  | { readonly type: 'forget' }
  /** Of each producer the leader remembers only the last batch, as after a restart. */
  | { readonly type: 'restore'; readonly partition: number }
  | { readonly type: 'truncate'; readonly partition: number; readonly messages: number }
  | { readonly type: 'flush' }
  | { readonly type: 'close'; readonly timeoutMs: number }
)

export interface Schedule {
  /** All chance within the run comes from it. */
  readonly seed: number
  readonly brokers: number
  readonly partitions: number
  readonly release: '4.3' | '2.8'
  readonly latencyMs: number
  readonly metadataLagMs: number
  readonly requestTimeoutMs: number
  readonly producer: ProducerOptions
  readonly events: readonly ChaosEvent[]
}
