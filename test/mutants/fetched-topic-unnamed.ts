import { Apis } from '../../src/protocol'
import { noTopicId, answerFields } from '../support/mutants'

/** Fetch does not tell which topic it read. */
export const mutate = answerFields(Apis.Fetch, { topic: () => '', topicId: () => noTopicId })

export const only = /^(fetch|consumer\b)/
