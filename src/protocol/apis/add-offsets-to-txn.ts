import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { int16, int32, int64, string } from '../field'

/** Make the offsets of a group part of a transaction; transaction coordinator. */
export const AddOffsetsToTxn = defineApi({
  name: 'AddOffsetsToTxn',
  key: 25,
  versions: [0, 4],
  flexible: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  },
  response: { throttleTimeMs: int32, errorCode: int16 },
})
export interface AddOffsetsToTxnRequest extends RequestOf<typeof AddOffsetsToTxn> {}
export interface AddOffsetsToTxnResponse extends ResponseOf<typeof AddOffsetsToTxn> {}
