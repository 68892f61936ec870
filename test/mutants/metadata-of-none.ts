import { Apis } from '../../src/protocol'
import { all, answerOf, requestOf } from '../support/mutants'

/** Who asks for all topics gets none. */
export const mutate = all(
  requestOf(Apis.Metadata, request => ({ ...request, topics: request.topics ?? [] })),
  answerOf(Apis.DescribeTopicPartitions, (answer, { topics }) =>
    topics.length === 0 ? { ...answer, topics: [] } : answer,
  ),
)

export const only = /^(cli|client|describe-topic-partitions|metadata)\./
