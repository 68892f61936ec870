import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string, uuid } from '../field'

/** Set where an empty share group starts; group coordinator (KIP-932). */
export const AlterShareGroupOffsets = defineApi({
  name: 'AlterShareGroupOffsets',
  key: 91,
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({
      topicName: string,
      partitions: array({ partitionIndex: int32, startOffset: int64 }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    responses: array({
      topicName: string,
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
  },
})
export interface AlterShareGroupOffsetsRequest extends RequestOf<typeof AlterShareGroupOffsets> {}
export interface AlterShareGroupOffsetsResponse extends ResponseOf<typeof AlterShareGroupOffsets> {}
