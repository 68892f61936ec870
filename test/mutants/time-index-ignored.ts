import Long from 'long'
import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** The first offset is found for any time. */
export const mutate = requestFields(Apis.ListOffsets, {
  timestamp: (time: Long) => (time.isNegative() ? time : Long.ZERO),
})

export const only = /^(cli|consumer-positions|list-offsets)\./
