import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** Answers do not tell where the log starts. */
export const mutate = all(
  answerFields(Apis.Produce, { logStartOffset: () => -1n }),
  answerFields(Apis.Fetch, { logStartOffset: () => -1n }),
)

export const only = /^produce\./
