import type { NamedWorkload } from '../rivals'

/** How a client reads. */
export type Reading =
  /** Every message by itself, or out of its batch, and every value is touched. */
  | 'values'
  /** Batches as they come, where the library has them; messages are only counted. */
  | 'batches'
  /** From the end of the log on; every value tells when it was sent. */
  | 'latency'

export interface Workload extends NamedWorkload {
  readonly reading: Reading
  readonly bytes: number
  readonly compression: 'none' | 'snappy'
  /** Offsets are stored for a group, once a second and at the end. */
  readonly commits: boolean
  /** What ours is to reach. */
  readonly goal: Goal
}

export interface Goal {
  /** µs of CPU a message. */
  readonly cpuUs?: number
  /** Messages a second, by those of the best other client for Node. */
  readonly rateOverBest?: number
  /** Messages a second that are enough in any case. */
  readonly rateEnough?: number
  /** Median latency over that of the best other client for Node, in ms. */
  readonly p50OverBestMs?: number
}

/** Of the whole process over its life, for ours in every workload. */
export const maxRssMb = 200

const plain = { reading: 'values', bytes: 100, compression: 'none', commits: false } as const

export const workloads: readonly Workload[] = [
  { ...plain, name: 'C1', title: '100 B, every value touched', goal: { cpuUs: 0.3, rateOverBest: 3 } },
  {
    ...plain,
    name: 'C2',
    title: '1 KB, every value touched',
    bytes: 1024,
    goal: { cpuUs: 0.9, rateOverBest: 1.5, rateEnough: 900_000 },
  },
  {
    ...plain,
    name: 'C3',
    title: '100 B snappy, every value touched, offsets stored each second',
    compression: 'snappy',
    commits: true,
    goal: { cpuUs: 0.5, rateOverBest: 2 },
  },
  {
    ...plain,
    name: 'C4',
    title: '100 B, by batch, values not touched',
    reading: 'batches',
    goal: { cpuUs: 0.15, rateOverBest: 3 },
  },
  {
    ...plain,
    name: 'L1',
    title: '100 B, 1,000 a second, from send to handler',
    reading: 'latency',
    goal: { p50OverBestMs: 0.1 },
  },
]

/** Those that read the same bytes share a topic. */
export const topicOf = ({ reading, bytes, compression }: Workload): string =>
  reading === 'latency' ? 'bench-paced' : `bench-${bytes}-${compression}`
