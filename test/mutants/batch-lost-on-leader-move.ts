import { brokenRules } from '../support/mutants'

/** A new leader lacks the last batch. */
export const mutate = brokenRules(() => ({
  onElected: ({ leaderEpoch, log }) => {
    const last = [...log.batches()].at(-1)
    if (leaderEpoch > 0 && last) log.truncateTo(last.baseOffset)
  },
}))

export const brokers = 3

export const only = /^(consumer-leader-move|leader-epochs|producer-topics)\./
