import { checkBatch } from './check-batch'
import { selectBatches } from './select-batches'
import { checkSequence } from './sequence'

/** What a log decides; a test may put another rule in the place of one. */
export interface LogRules {
  /** Whether a client's batch may be appended. */
  readonly checkBatch: typeof checkBatch
  /** Whether it is its producer's next one. */
  readonly checkSequence: typeof checkSequence
  /** Which batches a read gets. */
  readonly selectBatches: typeof selectBatches
}

/** As Apache Kafka decides. */
export const defaultLogRules: LogRules = { checkBatch, checkSequence, selectBatches }
