import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** OffsetFetch never tells an error. */
export const mutate = silent(Apis.OffsetFetch)

export const only = /^committed-offsets\./
