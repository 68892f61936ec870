import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string } from '../field'

/** Where a leader epoch ended: how a reader notices that the log was truncated behind its back (KIP-320). */
export const OffsetForLeaderEpoch = defineApi({
  name: 'OffsetForLeaderEpoch',
  key: 23,
  versions: [0, 4],
  flexible: 4,
  request: {
    /** -1 for consumers, -2 for debugging. */
    replicaId: int32.since(3).default(-2).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        partition: int32,
        /** Leader epoch as we know it, so that a stale one is noticed (KIP-320); -1 skips the check. */
        currentLeaderEpoch: int32.since(2).default(-1).ignorable(),
        /** The epoch asked about: that of the last record read. */
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        errorCode: int16,
        partition: int32,
        /** The largest epoch not above the one asked about; -1 unknown. */
        leaderEpoch: int32.since(1).default(-1).ignorable(),
        /** The first offset after that epoch; below our position the log was truncated. */
        endOffset: int64.default(-1n),
      }),
    }),
  },
})
export interface OffsetForLeaderEpochRequest extends RequestOf<typeof OffsetForLeaderEpoch> {}
export interface OffsetForLeaderEpochResponse extends ResponseOf<typeof OffsetForLeaderEpoch> {}
