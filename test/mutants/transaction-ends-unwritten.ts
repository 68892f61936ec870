import { transactionOutcomes } from '../support/mutants'

/** Transactions end without being told to their partitions. */
export const mutate = transactionOutcomes(reduced => ({
  ...reduced,
  effects: reduced.effects.map(effect => ({ ...effect, partitions: [] })),
}))

export const only = /^transaction/
