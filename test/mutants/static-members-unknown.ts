import { groupEvents } from '../support/mutants'

/** The name of a static member counts for nothing. */
export const mutate = groupEvents(event => ('instanceId' in event ? { ...event, instanceId: null } : event))

export const only = /^(describe-groups|membership)\./
