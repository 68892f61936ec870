import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string, uuid } from '../field'

/** Read the stored state of share partitions without its batches; between brokers (KIP-932). */
export const ReadShareGroupStateSummary = defineApi({
  name: 'ReadShareGroupStateSummary',
  key: 87,
  versions: [0, 1],
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
        leaderEpoch: int32,
        startOffset: int64,
        deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
      }),
    }),
  },
})
export interface ReadShareGroupStateSummaryRequest extends RequestOf<typeof ReadShareGroupStateSummary> {}
export interface ReadShareGroupStateSummaryResponse extends ResponseOf<typeof ReadShareGroupStateSummary> {}
