import { Apis, errorCode } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** Only leaders are fetched from, in every version. */
export const mutate = answerOf(Apis.Fetch, (answer, _, { broker, cluster }) => ({
  ...answer,
  responses: answer.responses?.map(told => {
    const topic = cluster.topics.get(told.topic ?? '') ?? cluster.topics.withId(told.topicId ?? '')
    const leaderOf = (index: number) => topic?.partitions[index]?.leader ?? broker.id
    const partitions = told.partitions?.map(one => {
      const isServed = (one.errorCode ?? 0) === 0 && leaderOf(one.partitionIndex) !== broker.id
      return isServed ? { ...one, errorCode: errorCode('NOT_LEADER_OR_FOLLOWER') } : one
    })
    return { ...told, partitions }
  }),
}))

export const brokers = 3

export const only = /^(held-fetch|not-leader)\./
