import { groupEffects } from '../support/mutants'

/** Who uses the name of a static member is not fenced. */
export const mutate = groupEffects(effect => {
  if (effect.type === 'answered' && effect.answer === 'FENCED_INSTANCE_ID')
    return { ...effect, answer: 'NONE' }
  if (effect.type !== 'joined' && effect.type !== 'synced') return effect
  return effect.answer.error === 'FENCED_INSTANCE_ID'
    ? ({ ...effect, answer: { ...effect.answer, error: 'NONE' } } as typeof effect)
    : effect
})

export const only = /^(group-commit|membership)\./
