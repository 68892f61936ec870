/** A batch of a log, with those of its numbers at hand by which it is looked up. */
export interface StoredBatch {
  /** Format 2, as a Fetch answer carries it. */
  readonly bytes: Buffer
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** Milliseconds since the epoch; -1n when no record has a time. */
  readonly maxTimestamp: bigint
  readonly leaderEpoch: number
}
