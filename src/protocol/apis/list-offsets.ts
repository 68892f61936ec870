import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, int64, string } from '../field'

/** Ask a partition leader which offset belongs to a time, or where the log starts and ends. */
export const ListOffsets = defineApi({
  name: 'ListOffsets',
  key: 2,
  versions: [0, 11],
  flexible: 6,
  request: {
    replicaId: int32,
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
        timestamp: int64,
        maxNumOffsets: int32.until(0).default(1),
      }),
    }),
    timeoutMs: int32.since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        oldStyleOffsets: array(int64).until(0),
        timestamp: int64.since(1).default(-1n),
        offset: int64.since(1).default(-1n),
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
})
export interface ListOffsetsRequest extends RequestOf<typeof ListOffsets> {}
export interface ListOffsetsResponse extends ResponseOf<typeof ListOffsets> {}
