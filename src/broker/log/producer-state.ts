/** A batch of a producer that its log remembers, to know it again. */
export interface RememberedBatch {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** Newest time of its records in milliseconds since the epoch; -1n when they have none. */
  readonly timestamp: bigint
}

/** What a log knows of one producer. */
export interface ProducerState {
  readonly producerId: bigint
  readonly epoch: number
  /** Epoch of the coordinator that ended its latest transaction; -1 without. */
  readonly coordinatorEpoch: number
  /** Newest time of its latest batch, by which it expires. */
  readonly lastTimestamp: bigint
  /** Its latest batches in this epoch, oldest first, at most `rememberedBatches`. */
  readonly batches: readonly RememberedBatch[]
}

/** As many requests may be in flight at once. */
export const rememberedBatches = 5
