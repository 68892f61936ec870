import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string, uuid } from '../field'

/** Begin the stored state of share partitions; between brokers (KIP-932). */
export const InitializeShareGroupState = defineApi({
  name: 'InitializeShareGroupState',
  key: 83,
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({ partition: int32, stateEpoch: int32, startOffset: int64 }),
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
export interface InitializeShareGroupStateRequest extends RequestOf<typeof InitializeShareGroupState> {}
export interface InitializeShareGroupStateResponse extends ResponseOf<typeof InitializeShareGroupState> {}
