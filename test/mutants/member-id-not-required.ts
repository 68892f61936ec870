import { groupEvents } from '../support/mutants'

/** A new member need not come back with its id. */
export const mutate = groupEvents(event =>
  event.type === 'join' ? { ...event, requiresMemberId: false } : event,
)

export const only = /^(group-commit|group-heartbeat)\./
