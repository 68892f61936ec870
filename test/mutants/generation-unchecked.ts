import { groupEvents } from '../support/mutants'

/** A member may speak of any generation. */
export const mutate = groupEvents((event, { generationId }) =>
  event.type === 'sync' || event.type === 'heartbeat' || (event.type === 'commit' && event.memberId !== '')
    ? { ...event, generationId }
    : event,
)

export const only = /^(group-commit|group-sync)\./
