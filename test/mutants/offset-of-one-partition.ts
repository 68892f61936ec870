import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ListOffsets answers for one partition of a topic. */
export const mutate = answerFields(Apis.ListOffsets, {
  partitions: (partitions: readonly unknown[]) => partitions.slice(0, 1),
})

export const only = /^(client|list-offsets)\./
