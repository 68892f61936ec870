import type Long from 'long'
import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** An offset is stored one too high. */
export const mutate = requestFields(Apis.OffsetCommit, { committedOffset: (offset: Long) => offset.add(1) })

export const only = /^committed-offsets\./
