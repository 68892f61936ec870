import { transactionEvents } from '../support/mutants'

/** When its epochs are exhausted, a transactional id goes on with the same producer id. */
export const mutate = transactionEvents((event, { producerId, state }) =>
  'newProducerId' in event && state !== 'Dead' ? { ...event, newProducerId: producerId } : event,
)

export const only = /^(transactional-calls|transactions-(init|epochs))/
