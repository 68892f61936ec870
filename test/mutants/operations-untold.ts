import { Apis } from '../../src/protocol'
import { all, answerFields, requestFields } from '../support/mutants'

/** Nobody hears what it may do. */
export const mutate = all(
  requestFields(Apis.Metadata, {
    includeClusterAuthorizedOperations: () => false,
    includeTopicAuthorizedOperations: () => false,
  }),
  requestFields(Apis.DescribeCluster, { includeClusterAuthorizedOperations: () => false }),
  requestFields(Apis.DescribeGroups, { includeAuthorizedOperations: () => false }),
  answerFields(Apis.DescribeTopicPartitions, { topicAuthorizedOperations: () => 0 }),
)

export const only = /^(describe-cluster|metadata)\./
