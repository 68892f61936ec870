import { brokenLogRules } from '../support/mutants'

/** A transaction may begin with any batch that is in flight. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) => checkSequence(producer, batch),
}))

export const only = /^transactions-(classic|epochs)/
