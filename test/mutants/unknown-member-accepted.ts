import { groupEffects } from '../support/mutants'

/** Who is no member of a group is taken for one. */
export const mutate = groupEffects(effect =>
  effect.type === 'answered' && effect.answer === 'UNKNOWN_MEMBER_ID'
    ? { ...effect, answer: 'NONE' }
    : effect,
)

export const only = /^(group-commit|group-heartbeat|membership)\./
