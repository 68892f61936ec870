import type { ReceivedMessage } from '../../kernel'
import type { RecordBatch } from '../../protocol'
import type { AppendContext } from './append-context'
import { refuseRecords, type RecordError, type Refusal } from './refusal'

interface Problem {
  readonly error: 'INVALID_RECORD' | 'INVALID_TIMESTAMP'
  readonly message: string
}

/** Looks at each record of a batch by itself, and tells of all that are wrong. */
export function findRecordErrors(batch: RecordBatch, context: AppendContext): Refusal | undefined {
  const errors: RecordError[] = []
  let areTimes = false
  batch.records().forEach((record, batchIndex) => {
    const problem = keyProblem(record, context) ?? timeProblem(record, context)
    if (problem === undefined) return
    areTimes ||= problem.error === 'INVALID_TIMESTAMP'
    errors.push({ batchIndex, message: problem.message })
  })
  if (errors.length === 0) return undefined
  return areTimes
    ? refuseRecords('INVALID_TIMESTAMP', 'records with a timestamp that is not allowed', errors)
    : refuseRecords('INVALID_RECORD', `${errors.length} records without a key`, errors)
}

function keyProblem({ key }: ReceivedMessage, { settings }: AppendContext): Problem | undefined {
  if (key !== null || !settings.cleanupPolicy.compact) return undefined
  return { error: 'INVALID_RECORD', message: 'a record of a compacted topic needs a key' }
}

function timeProblem({ timestamp, timestampType }: ReceivedMessage, context: AppendContext) {
  const { settings, now } = context
  if (settings.timestampType === 'CreateTime' && timestamp !== -1n) {
    const age = now - Number(timestamp)
    const { timestampBeforeMaxMs: before, timestampAfterMaxMs: after } = settings
    if (age <= before && -age <= after) return undefined
    return invalidTime(`timestamp ${timestamp} is not within ${now - before} to ${now + after}`)
  }
  return timestampType === 'append' ? invalidTime('only the log itself gives times of appending') : undefined
}

function invalidTime(message: string): Problem {
  return { error: 'INVALID_TIMESTAMP', message }
}
