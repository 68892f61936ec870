import type { Refusal } from './refusal'

/** Where a batch is in the log. */
export interface Appended {
  readonly error?: undefined
  /** -1n where there was nothing to append. */
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /**
   * The time that all its records got where the topic's time is the log's; else -1n. Of a duplicate it is the newest
   * time of the original, whoever gave it: so does Kafka.
   */
  readonly logAppendTimeMs: bigint
  /** For the answer. */
  readonly logStartOffset: bigint
  /** Whether it was there already: the offsets are those of the first time. */
  readonly duplicate: boolean
}

/** Why nothing was appended, and what Kafka tells of the log in that case. */
export interface Refused extends Refusal {
  /** For the answer; -1n where Kafka keeps it to itself. */
  readonly logStartOffset: bigint
}

/** Tell them apart by `outcome.error`. */
export type AppendOutcome = Appended | Refused
