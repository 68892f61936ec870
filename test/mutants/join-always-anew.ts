import { groupEvents } from '../support/mutants'

/** A member that comes back is taken for a new one. */
export const mutate = groupEvents(event =>
  event.type === 'join' && event.instanceId === null
    ? { ...event, memberId: '', requiresMemberId: false }
    : event,
)

export const only = /^(group-join|group-static|group-timers)\./
