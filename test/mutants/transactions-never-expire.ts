import { transactionOutcomes } from '../support/mutants'

/** Neither transactions nor transactional ids end by time. */
export const mutate = transactionOutcomes((reduced, { type }, known) =>
  type === 'timeout' || type === 'expiry' ? { ...reduced, state: known, effects: [] } : reduced,
)

export const only = /^transactions-listing/
