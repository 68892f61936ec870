import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** Fetch never tells an error. */
export const mutate = silent(Apis.Fetch)

export const only = /^(client|fetch-sessions)\./
