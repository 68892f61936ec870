import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Any byte is enough for a fetch that waits. */
export const mutate = requestFields(Apis.Fetch, { minBytes: (wanted: number) => Math.min(wanted, 1) })

export const only = /^held-fetch\./
