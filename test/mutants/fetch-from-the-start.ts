import { brokenLogRules } from '../support/mutants'

/** Fetch begins with the first batch of the log. */
export const mutate = brokenLogRules(({ selectBatches }) => ({
  selectBatches: (batches, _from, ...rest) => selectBatches(batches, 0n, ...rest),
}))

export const only = /^(fetch|producer)\./
