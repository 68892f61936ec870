import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bool, int16, int32, int64, string } from '../field'

/**
 * Get or bump the identity of an idempotent or transactional producer, fencing older ones of the same
 * transactional id.
 */
export const InitProducerId = defineApi({
  name: 'InitProducerId',
  key: 22,
  versions: [0, 6],
  flexible: 2,
  lastVersionUnstable: true,
  request: {
    transactionalId: string.nullable(),
    transactionTimeoutMs: int32,
    producerId: int64.since(3).default(-1n),
    producerEpoch: int16.since(3).default(-1),
    enable2Pc: bool.since(6),
    keepPreparedTxn: bool.since(6),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    errorCode: int16,
    producerId: int64.default(-1n),
    producerEpoch: int16,
    ongoingTxnProducerId: int64.since(6).default(-1n),
    ongoingTxnProducerEpoch: int16.since(6).default(-1),
  },
})
export interface InitProducerIdRequest extends RequestOf<typeof InitProducerId> {}
export interface InitProducerIdResponse extends ResponseOf<typeof InitProducerId> {}
