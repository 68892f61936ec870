import { brokenLogRules } from '../support/mutants'

/** A batch is appended though others before it are missing. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) => {
    const verdict = checkSequence(producer, batch)
    return verdict.kind === 'refused' && verdict.error === 'OUT_OF_ORDER_SEQUENCE_NUMBER'
      ? { kind: 'next' }
      : verdict
  },
}))

export const only = /^(idempotence|producer-sequences)\./
