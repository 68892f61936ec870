import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Produce does not tell which records it was. */
export const mutate = answerFields(Apis.Produce, { recordErrors: () => [], errorMessage: () => null })

export const only = /^produce-topic-settings\./
