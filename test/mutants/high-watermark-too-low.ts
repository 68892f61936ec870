import { Apis } from '../../src/protocol'
import { all, answerFields, brokenLogRules } from '../support/mutants'

/** Consumers do not get the last record. */
export const mutate = all(
  answerFields(Apis.Fetch, { highWatermark: (offset: bigint) => offset - 1n }),
  brokenLogRules(({ selectBatches }) => ({
    selectBatches: (batches, from, maxBytes, limits) =>
      selectBatches(batches, from, maxBytes, { ...limits, upTo: limits.upTo - 1n }),
  })),
)

export const only = /^produce-batches\./
