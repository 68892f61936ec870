import { transactionEvents } from '../support/mutants'

/** Whoever names a transactional id counts as its producer. */
export const mutate = transactionEvents((event, { producerId, producerEpoch }) =>
  'producerId' in event ? { ...event, producerId, producerEpoch } : event,
)

export const only = /^transaction/
