import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** Who produces nothing is told of a topic without a name. */
export const mutate = answerOf(Apis.Produce, answer =>
  answer.responses.length > 0 ? answer : { ...answer, responses: [{ name: '', partitionResponses: [] }] },
)

export const only = /^produce\./
