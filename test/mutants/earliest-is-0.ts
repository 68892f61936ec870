import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** The earliest offset is 0, whatever was deleted. */
export const mutate = answerOf(Apis.ListOffsets, (answer, { topics }) => ({
  ...answer,
  topics: answer.topics.map((topic, t) => ({
    ...topic,
    partitions: topic.partitions.map((one, p) =>
      topics[t]?.partitions[p]?.timestamp.equals(-2) ? { ...one, offset: 0n, oldStyleOffsets: [0n] } : one,
    ),
  })),
}))

export const only = /^delete-records\./
