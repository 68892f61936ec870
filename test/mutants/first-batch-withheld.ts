import { brokenLogRules } from '../support/mutants'

/** A batch above the limit never comes. */
export const mutate = brokenLogRules(({ selectBatches }) => ({
  selectBatches: (batches, from, maxBytes, limits) =>
    selectBatches(batches, from, maxBytes, { ...limits, minOneBatch: false, cut: 'nothing' }),
}))

export const only = /^fetch-limits\./
