import { transactionOutcomes } from '../support/mutants'

/** Any partition counts as part of a transaction. */
export const mutate = transactionOutcomes((reduced, { type }) =>
  type === 'verify' ? { ...reduced, answer: { ...reduced.answer, error: 'NONE' } } : reduced,
)

export const only = /^transactions-(classic|offsets|brokers)/
