import { toBigInt } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** The latest offset is that of the last record. */
export const mutate = answerOf(Apis.ListOffsets, (answer, { topics }) => ({
  ...answer,
  topics: answer.topics.map((topic, t) => ({
    ...topic,
    partitions: topic.partitions.map((one, p) => {
      const isLatest = topics[t]?.partitions[p]?.timestamp.equals(-1)
      return isLatest && one.offset !== undefined ? { ...one, offset: toBigInt(one.offset) - 1n } : one
    }),
  })),
}))

export const only = /^(client|list-offsets)\./
