import type { Order } from '../rivals'
import type { Tally } from './tally'
import type { Workload } from './workloads'

export interface ConsumeTask extends Workload {
  /** Log end offsets by partition; undefined where messages are still being written. */
  readonly ends?: readonly number[] | undefined
  /** For those who commit, and those who cannot read without one. */
  readonly group: string
}

export type ConsumeOrder = Order<ConsumeTask>

/** A consumer of some library that reads every partition of the topic, and tells the tally. */
export interface ConsumeClient {
  /** The partition was read to its end: goes on at its first offset. Called from within what tells the tally. */
  rewind(partition: number): void
  /** Stops reading and stores offsets, where the task says so. */
  close(): Promise<void>
}

/** Begins to read: at the first offsets, or where the logs end when `ends` is undefined. */
export type Connect = (order: ConsumeOrder, tally: Tally) => Promise<ConsumeClient>
