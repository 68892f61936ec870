import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DescribeProducers does not know where a transaction begins. */
export const mutate = answerFields(Apis.DescribeProducers, { currentTxnStartOffset: () => -1n })

export const only = /^transactions-(classic|reading)/
