import { transactionEvents } from '../support/mutants'

/** The end of a transaction never gives its producer another epoch. */
export const mutate = transactionEvents(event =>
  event.type === 'end' ? { ...event, bumpsEpoch: false } : event,
)

export const only = /^transactions-(epochs|listing)/
