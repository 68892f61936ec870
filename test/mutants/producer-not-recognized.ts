import { transactionEvents } from '../support/mutants'

/** InitProducerId does not see who asks. */
export const mutate = transactionEvents(event =>
  event.type === 'init' ? { ...event, expected: undefined } : event,
)

export const only = /^transactions-(init|epochs)/
