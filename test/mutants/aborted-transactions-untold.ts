import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Fetch never tells which transactions were aborted. */
export const mutate = answerFields(Apis.Fetch, { abortedTransactions: () => [] })

export const only = /^transactions-reading/
