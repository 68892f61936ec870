import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, int64, string, uuid } from '../field'

/** Store the state of share partitions; between brokers (KIP-932). */
export const WriteShareGroupState = defineApi({
  name: 'WriteShareGroupState',
  key: 85,
  versions: [0, 1],
  flexible: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        stateEpoch: int32,
        leaderEpoch: int32,
        startOffset: int64,
        deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
        stateBatches: array({
          firstOffset: int64,
          lastOffset: int64,
          deliveryState: int8,
          deliveryCount: int16,
        }),
      }),
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
export interface WriteShareGroupStateRequest extends RequestOf<typeof WriteShareGroupState> {}
export interface WriteShareGroupStateResponse extends ResponseOf<typeof WriteShareGroupState> {}
