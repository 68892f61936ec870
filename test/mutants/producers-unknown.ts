import { brokenLogRules } from '../support/mutants'

/** Of a producer the log knows nothing but its last batch. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) =>
    checkSequence(producer && { ...producer, batches: producer.batches.slice(-1) }, batch),
}))

export const only = /^idempotence\./
