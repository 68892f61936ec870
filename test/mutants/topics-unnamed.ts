import { Apis } from '../../src/protocol'
import { noTopicId, all, answerFields } from '../support/mutants'

/** Produce and Fetch do not tell which topic it was. */
export const mutate = all(
  answerFields(Apis.Produce, { name: () => '', topicId: () => noTopicId }),
  answerFields(Apis.Fetch, { topic: () => '', topicId: () => noTopicId }),
)

export const only = /^(fetch|produce)\./
