import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** ListOffsets never tells an error. */
export const mutate = silent(Apis.ListOffsets)

export const only = /^list-offsets\./
