import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DeleteRecords never tells an error. */
export const mutate = silent(Apis.DeleteRecords)

export const only = /^delete-records\./
