import { brokenLogRules } from '../support/mutants'

/** A producer may only begin with sequence 0. */
export const mutate = brokenLogRules(({ checkSequence }) => ({
  checkSequence: (producer, batch) =>
    batch.baseSequence === 0
      ? checkSequence(producer, batch)
      : { kind: 'refused', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', reason: 'not the first' },
}))

export const only = /^idempotence\./
