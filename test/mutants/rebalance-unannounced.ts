import { groupEffects } from '../support/mutants'

/** Heartbeats say nothing of a rebalance. */
export const mutate = groupEffects(effect =>
  effect.type === 'answered' && effect.answer === 'REBALANCE_IN_PROGRESS'
    ? { ...effect, answer: 'NONE' }
    : effect,
)

export const only = /^(group-heartbeat|membership)\./
