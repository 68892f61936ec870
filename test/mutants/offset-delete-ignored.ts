import { Apis } from '../../src/protocol'
import { all, requestOf, silent } from '../support/mutants'

/** OffsetDelete deletes nothing, and says so of nothing. */
export const mutate = all(
  requestOf(Apis.OffsetDelete, request => ({ ...request, topics: [] })),
  silent(Apis.OffsetDelete),
)

export const only = /^delete-groups\./
