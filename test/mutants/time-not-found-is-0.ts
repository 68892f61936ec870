import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Where no record has a time or a later one, the first is told. */
export const mutate = answerFields(Apis.ListOffsets, {
  offset: (offset: bigint) => (offset < 0n ? 0n : offset),
})

export const only = /^list-offsets\./
