import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string, uuid } from '../field'

/** Forget where a share group stands in topics; group coordinator (KIP-932). */
export const DeleteShareGroupOffsets = defineApi({
  name: 'DeleteShareGroupOffsets',
  key: 92,
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({ topicName: string }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    responses: array({
      topicName: string,
      topicId: uuid,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
})
export interface DeleteShareGroupOffsetsRequest extends RequestOf<typeof DeleteShareGroupOffsets> {}
export interface DeleteShareGroupOffsetsResponse extends ResponseOf<typeof DeleteShareGroupOffsets> {}
