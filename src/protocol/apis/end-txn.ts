import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bool, int16, int32, int64, string } from '../field'

/** Commit or abort a transaction; transaction coordinator. */
export const EndTxn = defineApi({
  name: 'EndTxn',
  key: 26,
  versions: [0, 5],
  flexible: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    /** False aborts. */
    committed: bool,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    /** KIP-890: identity for the next transaction, in place of InitProducerId. */
    producerId: int64.since(5).default(-1n).ignorable(),
    producerEpoch: int16.since(5).default(-1).ignorable(),
  },
})
export interface EndTxnRequest extends RequestOf<typeof EndTxn> {}
export interface EndTxnResponse extends ResponseOf<typeof EndTxn> {}
