import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** Metadata never tells an error. */
export const mutate = silent(Apis.Metadata)

export const only = /^(cli|metadata)\./
