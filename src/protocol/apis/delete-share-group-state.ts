import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string, uuid } from '../field'

/** Remove the stored state of share partitions; between brokers (KIP-932). */
export const DeleteShareGroupState = defineApi({
  name: 'DeleteShareGroupState',
  key: 86,
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({ partition: int32 }),
    }),
  },
  response: {
    results: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
  },
})
export interface DeleteShareGroupStateRequest extends RequestOf<typeof DeleteShareGroupState> {}
export interface DeleteShareGroupStateResponse extends ResponseOf<typeof DeleteShareGroupState> {}
