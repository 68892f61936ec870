import { Apis } from '../../src/protocol'
import { requestOf } from '../support/mutants'

/** Commits are lost. */
export const mutate = requestOf(Apis.OffsetCommit, request => ({ ...request, topics: [] }))

export const only = /^delete-groups\./
