import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DescribeTopicPartitions answers topics in the wrong order. */
export const mutate = answerFields(Apis.DescribeTopicPartitions, {
  topics: (topics: readonly unknown[]) => [...topics].reverse(),
})

export const only = /^describe-topic-partitions\./
