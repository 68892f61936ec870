import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Metadata names no leader epochs. */
export const mutate = answerFields(Apis.Metadata, { leaderEpoch: () => -1 })

export const only = /^leader-epochs\./
