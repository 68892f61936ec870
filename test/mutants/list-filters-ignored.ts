import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** ListGroups lists all groups whatever was asked. */
export const mutate = requestFields(Apis.ListGroups, { statesFilter: () => [], typesFilter: () => [] })

export const only = /^describe-groups\./
