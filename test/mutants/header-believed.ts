import { brokenLogRules } from '../support/mutants'

/** A batch is stored as it came, whatever its header says. */
export const mutate = brokenLogRules(({ checkBatch }) => ({
  checkBatch: (records, context) => {
    const checked = checkBatch(records, context)
    return 'error' in checked ? checked : { bytes: records }
  },
}))

export const only = /^produce-batches\./
