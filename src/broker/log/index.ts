export type { AppendContext } from './append-context'
export type { Appended, AppendOutcome, Refused } from './append-outcome'
export type { BatchStore } from './batch-store'
export type { CheckedBatch } from './check-batch'
export type { TimedOffset } from './find-time'
export type { EpochEnd } from './leader-epochs'
export { PartitionLog, type AbortedTransaction, type AppendAt } from './partition-log'
export {
  lastSequenceOf,
  type ProducerState,
  type RememberedBatch,
  type TransactionMarker,
} from './producer-state'
export { defaultProducerExpirationMs, type ProducerStates } from './producer-states'
export type { RecordError, Refusal } from './refusal'
export { defaultLogRules, type LogRules } from './rules'
export type { ReadLimits } from './select-batches'
export type { SequencedBatch, SequenceVerdict } from './sequence'
export { defaultLogSettings, type LogSettings } from './settings'
export type { StoredBatch } from './stored-batch'
