import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string, uuid } from '../field'

/** Store how far a group has read; group coordinator only. */
export const OffsetCommit = defineApi({
  name: 'OffsetCommit',
  key: 8,
  versions: [0, 10],
  flexible: 8,
  request: {
    groupId: string,
    /** Generation (classic) or member epoch (KIP-848); -1 without membership. */
    generationIdOrMemberEpoch: int32.since(1).default(-1).ignorable(),
    /** '' without membership. */
    memberId: string.since(1).ignorable(),
    /** Name of a static member, which may be away for a session without a rebalance (KIP-345). */
    groupInstanceId: string.since(7).nullable().default(null),
    /** -1 takes the broker's setting; later versions always do (KIP-211). */
    retentionTimeMs: int64.since(2).until(4).default(-1n).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      /** Instead of the name from here on. */
      topicId: uuid.since(10).ignorable(),
      partitions: array({
        partitionIndex: int32,
        /** The next offset to read. */
        committedOffset: int64,
        /** Leader epoch of the last record read; -1 unknown (KIP-320). */
        committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
        commitTimestamp: int64.since(1).until(1).default(-1n),
        committedMetadata: string.nullable(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
export interface OffsetCommitRequest extends RequestOf<typeof OffsetCommit> {}
export interface OffsetCommitResponse extends ResponseOf<typeof OffsetCommit> {}
