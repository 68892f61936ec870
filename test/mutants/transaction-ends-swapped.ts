import { transactionOutcomes } from '../support/mutants'

/** What was committed is written as aborted, and the other way round. */
export const mutate = transactionOutcomes(reduced => ({
  ...reduced,
  effects: reduced.effects.map(effect => ({
    ...effect,
    result: effect.result === 'commit' ? ('abort' as const) : ('commit' as const),
  })),
}))

export const only = /^transaction/
