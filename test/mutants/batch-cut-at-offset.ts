import { brokenLogRules } from '../support/mutants'

/** Fetch begins with the batch behind the one that holds the offset. */
export const mutate = brokenLogRules(({ selectBatches }) => ({
  selectBatches: (batches, from, ...rest) => {
    const holding = batches.at(batches.indexOf(from))
    const isWithin = holding !== undefined && holding.baseOffset < from
    return selectBatches(batches, isWithin ? holding.lastOffset + 1n : from, ...rest)
  },
}))

export const only = /^(delete-records|fetch|fetch-limits)\./
