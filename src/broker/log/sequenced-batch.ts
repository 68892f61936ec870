/** What the header of a batch says of its producer. */
export interface SequencedBatch {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  /** Whether it is part of a transaction. */
  readonly isTransactional: boolean
}
