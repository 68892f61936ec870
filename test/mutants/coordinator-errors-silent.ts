import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** FindCoordinator never tells an error. */
export const mutate = silent(Apis.FindCoordinator)

export const only = /^find-coordinator\./
