import { Apis } from '../../src/protocol'
import { all, requestFields } from '../support/mutants'

/** Readers of what is committed get everything. */
export const mutate = all(
  ...[Apis.Fetch, Apis.ListOffsets].map(api => requestFields(api, { isolationLevel: () => 0 })),
)

export const only = /^transactions-reading/
