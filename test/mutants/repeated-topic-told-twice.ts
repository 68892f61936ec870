import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** A topic that is named twice is told of twice. */
export const mutate = answerOf(Apis.Metadata, (answer, { topics }) =>
  topics !== null && topics.length > answer.topics.length
    ? { ...answer, topics: [...answer.topics, ...answer.topics] }
    : answer,
)

export const only = /^metadata\./
