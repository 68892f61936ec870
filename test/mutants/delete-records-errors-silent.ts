import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DeleteRecords never tells an error. */
export const mutate = silent(Apis.DeleteRecords)

export const brokers = [1, 3]

export const only = /^delete-records\./
