import Long from 'long'
import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** DeleteRecords deletes nothing. */
export const mutate = requestFields(Apis.DeleteRecords, { offset: () => Long.ZERO })

export const only = /^delete-records\./
