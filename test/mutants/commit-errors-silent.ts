import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** OffsetCommit never tells an error. */
export const mutate = silent(Apis.OffsetCommit)

export const only = /^(committed-offsets|group-commit)\./
