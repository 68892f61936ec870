import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string } from '../field'

/** The producers that have written to partitions of late; leaders only (KIP-664). */
export const DescribeProducers = defineApi({
  name: 'DescribeProducers',
  key: 61,
  versions: [0, 0],
  flexible: 0,
  request: {
    topics: array({ name: string, partitionIndexes: array(int32) }),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
        activeProducers: array({
          producerId: int64,
          producerEpoch: int32,
          lastSequence: int32.default(-1),
          lastTimestamp: int64.default(-1n),
          coordinatorEpoch: int32,
          currentTxnStartOffset: int64.default(-1n),
        }),
      }),
    }),
  },
})
export interface DescribeProducersRequest extends RequestOf<typeof DescribeProducers> {}
export interface DescribeProducersResponse extends ResponseOf<typeof DescribeProducers> {}
