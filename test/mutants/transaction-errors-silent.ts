import { Apis } from '../../src/protocol'
import { all, answerFields, silent } from '../support/mutants'

/** Whatever goes wrong with a transaction, its coordinator says that nothing did. */
export const mutate = all(
  silent(
    Apis.EndTxn,
    Apis.AddOffsetsToTxn,
    Apis.TxnOffsetCommit,
    Apis.DescribeTransactions,
    Apis.ListTransactions,
  ),
  answerFields(Apis.AddPartitionsToTxn, { partitionErrorCode: () => 0 }),
)

export const only = /^transactions/
