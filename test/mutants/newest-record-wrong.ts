import Long from 'long'
import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** The last record is taken for the newest. */
export const mutate = requestFields(Apis.ListOffsets, {
  timestamp: (time: Long) => (time.equals(-3) ? Long.fromInt(-1) : time),
})

export const only = /^list-offsets\./
