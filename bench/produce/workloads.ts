import type { NamedWorkload } from '../rivals'

/** How calls follow one another. */
export type Pace =
  /** As fast as it goes with a bounded number outstanding. */
  | 'flood'
  /** 1,000 messages a second, spread evenly; measures latency. */
  | 'paced'
  /** One awaited call after another; measures latency. */
  | 'sequential'
  /** 10,000 awaited calls at once, and again. */
  | 'concurrent'
  /** A stream of a million through `sendAll`, and again; ours only. */
  | 'sendAll'

export interface Workload extends NamedWorkload {
  readonly pace: Pace
  readonly bytes: number
  readonly perCall: number
  readonly acks: 'leader' | 'all'
  readonly idempotent: boolean
  readonly compression: 'none' | 'snappy'
  /** µs of CPU a message for ours when it is subscribed to; `awaitCost` more when it is awaited. */
  readonly target?: number
}

export const awaitCost = 0.4

const plain = {
  pace: 'flood',
  bytes: 100,
  perCall: 1,
  acks: 'leader',
  idempotent: false,
  compression: 'none',
} as const

export const workloads: readonly Workload[] = [
  { ...plain, name: 'P1', title: '100 B, one a call', target: 0.7 },
  {
    ...plain,
    name: 'P2',
    title: '100 B, one a call, acks all and idempotent',
    acks: 'all',
    idempotent: true,
    target: 0.7,
  },
  { ...plain, name: 'P3', title: '100 B, 100 a call', perCall: 100, target: 0.4 },
  { ...plain, name: 'P4', title: '1 KB, one a call', bytes: 1024, target: 1.2 },
  { ...plain, name: 'P5', title: 'as P3, snappy', perCall: 100, compression: 'snappy', target: 0.8 },
  { ...plain, name: 'L1', title: '100 B, 1,000 a second', pace: 'paced' },
  { ...plain, name: 'S1', title: '100 B, one awaited after another', pace: 'sequential', onDemand: true },
  { ...plain, name: 'S2', title: '100 B, 10,000 awaited at once', pace: 'concurrent', onDemand: true },
  { ...plain, name: 'S3', title: '100 B, sendAll of a million', pace: 'sendAll', onDemand: true },
]

export const topicOf = ({ name }: Workload): string => `bench-${name}`
