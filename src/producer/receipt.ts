/** Where the messages of one call landed. */
export interface Receipt {
  readonly topic: string
  readonly partition: number
  /** Of the call's first message; -1n with acks `none`, or when the broker had it already and does not tell. */
  readonly offset: bigint
  /** Ms since the epoch that the broker wrote, for topics with log append time; else -1n. */
  readonly timestamp: bigint
}
