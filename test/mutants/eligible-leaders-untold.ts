import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Nobody may lead but who is in sync. */
export const mutate = answerFields(Apis.DescribeTopicPartitions, {
  eligibleLeaderReplicas: () => [],
  lastKnownElr: () => [],
})

export const brokers = 3
export const only = /^eligible/
