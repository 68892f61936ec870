import { groupEvents } from '../support/mutants'

/** Who leaves stays. */
export const mutate = groupEvents(event => (event.type === 'leave' ? { ...event, members: [] } : event))

export const only = /^(delete-groups|membership)\./
