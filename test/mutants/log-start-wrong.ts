import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DeleteRecords tells a wrong start of the log. */
export const mutate = answerFields(Apis.DeleteRecords, { lowWatermark: (offset: bigint) => offset + 1n })

export const only = /^delete-records\./
