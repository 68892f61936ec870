import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Fetch answers at once, even nothing. */
export const mutate = requestFields(Apis.Fetch, { maxWaitMs: () => 0 })

export const only = /^(fetch|fetch-limits)\./
