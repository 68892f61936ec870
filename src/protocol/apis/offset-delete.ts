import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string } from '../field'

/** Forget stored offsets of a group for topics that it no longer reads; group coordinator. */
export const OffsetDelete = defineApi({
  name: 'OffsetDelete',
  key: 47,
  versions: [0, 0],
  flexible: null,
  request: {
    groupId: string,
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32 }),
    }),
  },
  response: {
    errorCode: int16,
    throttleTimeMs: int32.ignorable(),
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
export interface OffsetDeleteRequest extends RequestOf<typeof OffsetDelete> {}
export interface OffsetDeleteResponse extends ResponseOf<typeof OffsetDelete> {}
