import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** OffsetForLeaderEpoch never tells an error. */
export const mutate = silent(Apis.OffsetForLeaderEpoch)

export const only = /^leader-epochs\./
