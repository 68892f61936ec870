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
    /** Null for a producer that is idempotent only. */
    transactionalId: string.nullable(),
    /** After so long without an end the coordinator aborts a transaction. */
    transactionTimeoutMs: int32,
    /** Ours, to have only its epoch bumped (KIP-360); -1 asks for a new one. */
    producerId: int64.since(3).default(-1n),
    producerEpoch: int16.since(3).default(-1),
    /** KIP-939, here and below. */
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
