import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** Who leads instead is not told. */
export const mutate = all(
  answerFields(Apis.Produce, { currentLeader: () => undefined, nodeEndpoints: () => [] }),
  answerFields(Apis.Fetch, { currentLeader: () => undefined, nodeEndpoints: () => [] }),
)

export const brokers = 3

export const only = /^not-leader\./
