import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string } from '../field'

/** State of transactions; their coordinator only (KIP-664). */
export const DescribeTransactions = defineApi({
  name: 'DescribeTransactions',
  key: 65,
  versions: [0, 0],
  flexible: 0,
  request: { transactionalIds: array(string) },
  response: {
    throttleTimeMs: int32,
    transactionStates: array({
      errorCode: int16,
      transactionalId: string,
      transactionState: string,
      transactionTimeoutMs: int32,
      transactionStartTimeMs: int64,
      producerId: int64,
      producerEpoch: int16,
      topics: array({ topic: string, partitions: array(int32) }),
    }),
  },
})
export interface DescribeTransactionsRequest extends RequestOf<typeof DescribeTransactions> {}
export interface DescribeTransactionsResponse extends ResponseOf<typeof DescribeTransactions> {}
