import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Where nothing is committed, 0 is told. */
export const mutate = answerFields(Apis.OffsetFetch, {
  committedOffset: (offset: bigint) => (offset < 0n ? 0n : offset),
})

export const only = /^committed-offsets\./
