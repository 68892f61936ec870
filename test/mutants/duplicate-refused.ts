import { brokenLogRules } from '../support/mutants'

/** A batch that is in the log already is refused. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) => {
    const verdict = checkSequence(producer, batch)
    if (verdict.kind !== 'duplicate') return verdict
    return { kind: 'refused', error: 'DUPLICATE_SEQUENCE_NUMBER', reason: 'it is there' }
  },
}))

export const only = /^idempotence\./
