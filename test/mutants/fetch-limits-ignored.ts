import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Fetch answers all that there is. */
export const mutate = requestFields(Apis.Fetch, {
  maxBytes: () => 0x7fff_ffff,
  partitionMaxBytes: () => 0x7fff_ffff,
})

export const only = /^fetch-limits\./
