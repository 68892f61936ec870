import { Apis } from '../../src/protocol'
import { noTopicId, answerFields } from '../support/mutants'

/** DescribeTopicPartitions knows neither ids nor leaders. */
export const mutate = answerFields(Apis.DescribeTopicPartitions, {
  topicId: () => noTopicId,
  leaderId: () => -1,
  leaderEpoch: () => -1,
  isrNodes: () => [],
})

export const only = /^describe-topic-partitions\./
