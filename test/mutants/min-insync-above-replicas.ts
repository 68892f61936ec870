import { Apis, errorCode } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** More replicas are asked for than the topic has. */
export const mutate = answerOf(Apis.Produce, (answer, { acks }, { cluster }) => ({
  ...answer,
  responses: answer.responses.map(({ name, partitionResponses, ...topic }) => ({
    ...topic,
    name,
    partitionResponses: partitionResponses.map(one => {
      const { settings, replicas } = cluster.topics.get(name!)!.partitions[one.index]!
      const isShort = acks === -1 && replicas.length < settings.minInsyncReplicas
      return isShort ? { ...one, errorCode: errorCode('NOT_ENOUGH_REPLICAS') } : one
    }),
  })),
}))

export const only = /^not-enough-replicas\./
