import { groupEvents } from '../support/mutants'

/** A member that is silent stays for ever. */
export const mutate = groupEvents(event =>
  event.type === 'join' ? { ...event, sessionTimeoutMs: 0x7fff_ffff } : event,
)

export const only = /^group-commit\./
