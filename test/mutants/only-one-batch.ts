import { brokenLogRules } from '../support/mutants'

/** Fetch answers one batch of a partition. */
export const mutate = brokenLogRules(({ selectBatches }) => ({
  selectBatches: (...asked) => selectBatches(...asked).slice(0, 1),
}))

export const only = /^(produce|produce-topic-settings)\./
