import { Apis } from '../../src/protocol'
import { all, answerFields, requestFields } from '../support/mutants'

/** Fetch takes any session for one that it knows. */
export const mutate = all(
  requestFields(Apis.Fetch, { sessionId: () => 0, sessionEpoch: () => -1 }),
  answerFields(Apis.Fetch, { sessionId: () => 1 }),
)

export const only = /^(fetch|fetch-sessions)\./
