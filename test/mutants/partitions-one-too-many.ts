import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** A new topic gets a partition more than it should. */
export const mutate = answerFields(Apis.CreateTopics, { numPartitions: (count: number) => count + 1 })

export const only = /^create-topics\./
