import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** DescribeTopicPartitions answers all partitions at once. */
export const mutate = requestFields(Apis.DescribeTopicPartitions, {
  responsePartitionLimit: () => 2000,
  cursor: () => null,
})

export const only = /^describe-topic-partitions\./
