import { brokenRules } from '../support/mutants'

/** A coordinator that takes over finds nothing. */
export const mutate = brokenRules(({ groupRules }) => ({
  groupRules: (...asked) => {
    const { state, effects } = groupRules(...asked)
    return { state, effects: effects.filter(({ type }) => type !== 'persist') }
  },
}))

export const brokers = 3

export const only = /^(broker-away|membership-loss)\./
