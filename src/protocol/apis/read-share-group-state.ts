import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, int64, string, uuid } from '../field'

/** Read the stored state of share partitions; between brokers (KIP-932). */
export const ReadShareGroupState = defineApi({
  name: 'ReadShareGroupState',
  key: 84,
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({ partition: int32, leaderEpoch: int32 }),
    }),
  },
  response: {
    results: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
        stateEpoch: int32,
        startOffset: int64,
        stateBatches: array({
          firstOffset: int64,
          lastOffset: int64,
          deliveryState: int8,
          deliveryCount: int16,
        }),
      }),
    }),
  },
})
export interface ReadShareGroupStateRequest extends RequestOf<typeof ReadShareGroupState> {}
export interface ReadShareGroupStateResponse extends ResponseOf<typeof ReadShareGroupState> {}
