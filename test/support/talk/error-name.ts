import { errorRow } from '../../../src/protocol'

/** Kafka's name for the code of an answer, so that a failing case says what it got. */
export const errorName = (answer: { readonly errorCode: number } | undefined): string =>
  answer === undefined ? 'no answer' : errorRow(answer.errorCode).name
