import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ListGroups lists nothing. */
export const mutate = answerFields(Apis.ListGroups, { groups: () => [] })

export const only = /^describe-groups\./
