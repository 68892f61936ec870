import type { Refusal } from './refusal'

/** Where a batch is in the log. */
export interface Appended {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** The time that all its records got where the topic's time is the log's; else -1n. */
  readonly logAppendTimeMs: bigint
  /** Whether it was there already: the offsets are those of the first time. */
  readonly duplicate: boolean
}

/** Tell them apart by `'error' in outcome`. */
export type AppendOutcome = Appended | Refusal
