import { groupEffects } from '../support/mutants'

/** Who is no member may commit to a group that has some. */
export const mutate = groupEffects((effect, event) =>
  effect.type === 'answered' && event.type === 'commit' ? { ...effect, answer: 'NONE' } : effect,
)

export const only = /^group-versions\./
