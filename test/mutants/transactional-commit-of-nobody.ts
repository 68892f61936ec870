import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Who commits offsets in a transaction need not be a member. */
export const mutate = requestFields(Apis.TxnOffsetCommit, {
  generationId: () => -1,
  memberId: () => '',
  groupInstanceId: () => null,
})

export const only = /^(transactional-calls|transactions-offsets|membership)\./
