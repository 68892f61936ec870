import { brokenRules } from '../support/mutants'

/** A new leader goes on in the epoch of the old one. */
export const mutate = brokenRules(() => ({ onElected: partition => void partition.leaderEpoch-- }))

export const brokers = 3

export const only = /^leader-epochs\./
