import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** No topic is told as internal. */
export const mutate = all(
  answerFields(Apis.Metadata, { isInternal: () => false }),
  answerFields(Apis.DescribeTopicPartitions, { isInternal: () => false }),
)

export const brokers = [1, 3]

export const only = /^(broker-settings|describe-topic-partitions|metadata)\./
