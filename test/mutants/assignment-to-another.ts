import { groupEvents } from '../support/mutants'

/** Each member gets the assignment of another. */
export const mutate = groupEvents(event => {
  if (event.type !== 'sync') return event
  const ids = [...event.assignments.keys()]
  const assignments = [...event.assignments.values()]
  return { ...event, assignments: new Map(ids.map((id, i) => [id, assignments[(i + 1) % ids.length]!])) }
})

export const only = /^(group-static|group-sync)\./
