import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ListOffsets does not name epochs. */
export const mutate = answerFields(Apis.ListOffsets, { leaderEpoch: () => -1 })

export const only = /^list-offsets\./
