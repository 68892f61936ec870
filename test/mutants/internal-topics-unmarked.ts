import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** Internal topics look as any other. */
export const mutate = all(
  answerFields(Apis.Metadata, { isInternal: () => false }),
  answerFields(Apis.DescribeTopicPartitions, { isInternal: () => false }),
)

export const only = /^(metadata|describe-topic|find)/
