import { groupEvents } from '../support/mutants'

/** A member that is silent stays for half an hour, the longest session that brokers allow. */
export const mutate = groupEvents(event =>
  event.type === 'join' ? { ...event, sessionTimeoutMs: 1_800_000 } : event,
)

export const only = /^(group-timers|membership-loss)\./
