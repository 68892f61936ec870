import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** Produce never tells an error. */
export const mutate = silent(Apis.Produce)

export const only = /^transaction/
