import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Metadata names one partition of a topic. */
export const mutate = answerFields(Apis.Metadata, {
  partitions: (partitions: readonly unknown[]) => partitions.slice(0, 1),
})

export const only = /^(cli|client)\./
