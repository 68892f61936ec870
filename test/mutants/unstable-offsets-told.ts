import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Offsets are told though a transaction goes on that may change them. */
export const mutate = requestFields(Apis.OffsetFetch, { requireStable: () => false })

export const only = /^transactions-offsets/
