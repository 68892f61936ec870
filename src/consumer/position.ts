/** Where reading goes on in a partition. */
export interface Position {
  readonly offset: bigint
  /** Leader epoch of the batch before it; -1 when not known. */
  readonly leaderEpoch: number
}
