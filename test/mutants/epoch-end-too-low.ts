import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** An epoch ends one record early. */
export const mutate = answerFields(Apis.OffsetForLeaderEpoch, {
  endOffset: (offset: bigint) => (offset > 0n ? offset - 1n : offset),
})

export const brokers = 3

export const only = /^consumer-positions\./
