import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, string } from '../field'

/** The transactions that one broker coordinates: ask every broker to see all (KIP-664). */
export const ListTransactions = defineApi({
  name: 'ListTransactions',
  key: 66,
  versions: [0, 2],
  flexible: 0,
  request: {
    stateFilters: array(string),
    producerIdFilters: array(int64),
    durationFilter: int64.since(1).default(-1n),
    transactionalIdPattern: string.since(2).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    unknownStateFilters: array(string),
    transactionStates: array({ transactionalId: string, producerId: int64, transactionState: string }),
  },
})
export interface ListTransactionsRequest extends RequestOf<typeof ListTransactions> {}
export interface ListTransactionsResponse extends ResponseOf<typeof ListTransactions> {}
