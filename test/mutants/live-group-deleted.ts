import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DeleteGroups says that it deleted a group that has members. */
export const mutate = silent(Apis.DeleteGroups)

export const only = /^delete-groups\./
