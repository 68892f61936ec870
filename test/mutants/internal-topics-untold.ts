import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** No topic is told as internal. */
export const mutate = all(
  answerFields(Apis.Metadata, { isInternal: () => false }),
  answerFields(Apis.DescribeTopicPartitions, { isInternal: () => false }),
)

export const only = /^(metadata|describe-topic|broker-settings)/
