import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** What goes with a committed offset is lost. */
export const mutate = answerFields(Apis.OffsetFetch, { metadata: () => '', committedLeaderEpoch: () => -1 })

export const only = /^committed-offsets\./
