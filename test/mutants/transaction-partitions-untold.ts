import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DescribeTransactions tells no partitions. */
export const mutate = answerFields(Apis.DescribeTransactions, { topics: () => [] })

export const only = /^transactions/
