import { Apis } from '../../src/protocol'
import { noTopicId, answerFields } from '../support/mutants'

/** Metadata names no topic ids. */
export const mutate = answerFields(Apis.Metadata, { topicId: () => noTopicId })

export const only = /^(consumer-positions|metadata|producer-topics)\./
