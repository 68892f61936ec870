import { Apis } from '../../src/protocol'
import { noTopicId, answerFields } from '../support/mutants'

/** CreateTopics does not tell what it made. */
export const mutate = answerFields(Apis.CreateTopics, {
  topicId: () => noTopicId,
  configs: () => [],
  replicationFactor: () => -1,
})

export const only = /^create-topics\./
