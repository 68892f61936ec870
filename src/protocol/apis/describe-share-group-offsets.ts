import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string, uuid } from '../field'

/** Where share groups stand in their partitions; group coordinator (KIP-932). */
export const DescribeShareGroupOffsets = defineApi({
  name: 'DescribeShareGroupOffsets',
  key: 90,
  versions: [0, 1],
  flexible: 0,
  request: {
    groups: array({
      groupId: string,
      topics: array({ topicName: string, partitions: array(int32) }).nullable(),
    }),
  },
  response: {
    throttleTimeMs: int32,
    groups: array({
      groupId: string,
      topics: array({
        topicName: string,
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          startOffset: int64,
          leaderEpoch: int32,
          lag: int64.since(1).default(-1n).ignorable(),
          errorCode: int16,
          errorMessage: string.nullable().default(null),
        }),
      }),
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
})
export interface DescribeShareGroupOffsetsRequest extends RequestOf<typeof DescribeShareGroupOffsets> {}
export interface DescribeShareGroupOffsetsResponse extends ResponseOf<typeof DescribeShareGroupOffsets> {}
