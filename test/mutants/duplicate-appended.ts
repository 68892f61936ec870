import { brokenLogRules } from '../support/mutants'

/** A batch that is in the log already is appended again. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) => {
    const verdict = checkSequence(producer, batch)
    return verdict.kind === 'duplicate' ? { kind: 'next' } : verdict
  },
}))

export const only = /^idempotence\./
