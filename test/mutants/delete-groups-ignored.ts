import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** DeleteGroups deletes nothing, and tells no error. */
export const mutate = handlerOf(Apis.DeleteGroups, ({ groupsNames }) => ({
  throttleTimeMs: 0,
  results: groupsNames.map(groupId => ({ groupId, errorCode: 0 })),
}))

export const only = /^delete-groups\./
