import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** Who creates no topics is told of one without a name. */
export const mutate = answerOf(Apis.CreateTopics, (answer, { topics }) =>
  topics.length > 0 ? answer : { ...answer, topics: [{ name: '', errorCode: 17 }] },
)

export const only = /^create-topics\./
