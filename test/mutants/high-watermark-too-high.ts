import { Apis } from '../../src/protocol'
import { toBigInt } from '../../src/kernel'
import { answerOf } from '../support/mutants'

/** Fetch names a high watermark one record beyond the log. */
export const mutate = answerOf(Apis.Fetch, answer => ({
  ...answer,
  responses: answer.responses.map(topic => ({
    ...topic,
    partitions: topic.partitions.map(one => ({ ...one, highWatermark: toBigInt(one.highWatermark) + 1n })),
  })),
}))

export const only = /^produce\./
