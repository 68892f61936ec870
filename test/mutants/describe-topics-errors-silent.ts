import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DescribeTopicPartitions never tells an error. */
export const mutate = silent(Apis.DescribeTopicPartitions)

export const only = /^describe-topic-partitions\./
