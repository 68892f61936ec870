import { groupEvents } from '../support/mutants'

/** Whoever does not come back is waited for. */
export const mutate = groupEvents(event =>
  event.type === 'join' ? { ...event, rebalanceTimeoutMs: 0x7fff_ffff } : event,
)

export const only = /^group-rebalance\./
