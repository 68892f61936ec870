import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** A producer without transactions needs a time for them. */
export const mutate = answerOf(Apis.InitProducerId, (answer, { transactionTimeoutMs }) =>
  transactionTimeoutMs > 0 && transactionTimeoutMs < 900_000 ? answer : { ...answer, errorCode: 50 },
)

export const only = /^init-producer-id\./
