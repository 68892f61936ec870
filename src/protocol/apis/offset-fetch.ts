import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, int64, string, uuid } from '../field'

/** Read the stored offsets of a group; group coordinator only. Several groups at once from version 8. */
export const OffsetFetch = defineApi({
  name: 'OffsetFetch',
  key: 9,
  versions: [0, 10],
  flexible: 6,
  request: {
    groupId: string.until(7),
    /** Null asks for all. */
    topics: array({ name: string, partitionIndexes: array(int32) })
      .until(7)
      .nullable(2),
    groups: array({
      groupId: string,
      memberId: string.since(9).nullable().default(null).ignorable(),
      /** KIP-848; -1 without membership. */
      memberEpoch: int32.since(9).default(-1).ignorable(),
      /** Null asks for all. */
      topics: array({
        name: string.until(9).ignorable(),
        /** Instead of the name from here on. */
        topicId: uuid.since(10).ignorable(),
        partitionIndexes: array(int32),
      }).nullable(),
    }).since(8),
    /**
     * Fail partitions with open transactions by UNSTABLE_OFFSET_COMMIT rather than show their older offset
     * (KIP-447).
     */
    requireStable: bool.since(7),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** -1 when nothing is stored. */
        committedOffset: int64,
        committedLeaderEpoch: int32.since(5).default(-1).ignorable(),
        metadata: string.nullable(),
        errorCode: int16,
      }),
    }).until(7),
    errorCode: int16.since(2).until(7).ignorable(),
    groups: array({
      groupId: string,
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array({
          partitionIndex: int32,
          /** -1 when nothing is stored. */
          committedOffset: int64,
          committedLeaderEpoch: int32.default(-1).ignorable(),
          metadata: string.nullable(),
          errorCode: int16,
        }),
      }),
      errorCode: int16.default(0),
    }).since(8),
  },
})
export interface OffsetFetchRequest extends RequestOf<typeof OffsetFetch> {}
export interface OffsetFetchResponse extends ResponseOf<typeof OffsetFetch> {}
