/** How far a group has read one partition. */
export interface CommittedOffset {
  /** The next offset to read. */
  readonly offset: bigint
  /** Of the last record read; -1 unknown (KIP-320). */
  readonly leaderEpoch: number
  readonly metadata: string
  /** When it was committed, ms. */
  readonly committedAt: number
  /** When it expires, where the commit said so (until version 4 of OffsetCommit), ms. */
  readonly expiresAt: number | null
}
