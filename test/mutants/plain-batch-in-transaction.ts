import { brokenLogRules } from '../support/mutants'

/** Within a transaction its producer may write what is no part of it. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (...asked) => {
    const verdict = checkSequence(...asked)
    return verdict.kind === 'refused' && verdict.error === 'INVALID_TXN_STATE' ? { kind: 'next' } : verdict
  },
}))

export const only = /^transactions-classic/
