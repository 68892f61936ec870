import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Produce does not tell the time of the log. */
export const mutate = answerFields(Apis.Produce, { logAppendTimeMs: () => -1n })

export const only = /^produce-topic-settings\./
