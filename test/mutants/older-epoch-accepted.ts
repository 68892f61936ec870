import { brokenLogRules } from '../support/mutants'

/** A producer that was fenced writes on. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) => {
    const verdict = checkSequence(producer, batch)
    return verdict.kind === 'refused' && verdict.error === 'INVALID_PRODUCER_EPOCH'
      ? { kind: 'next' }
      : verdict
  },
}))

export const only = /^(idempotence|producer-sequences)\./
