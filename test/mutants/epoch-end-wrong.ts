import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** An epoch ends one record late. */
export const mutate = answerFields(Apis.OffsetForLeaderEpoch, { endOffset: (offset: bigint) => offset + 1n })

export const only = /^leader-epochs\./
