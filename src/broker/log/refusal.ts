import type { ErrorName } from '../../protocol'

/** A record for which its whole batch was refused (KIP-467). */
export interface RecordError {
  /** Which record of the batch, from 0. */
  readonly batchIndex: number
  readonly message: string
}

/** Why a batch was not appended. */
export interface Refusal {
  readonly error: ErrorName
  /** What the answer says besides the code: Kafka has words for errors of single records only. */
  readonly message: string | null
  readonly recordErrors: readonly RecordError[]
  /** What was wrong, for whoever looks into the broker; never sent. */
  readonly reason: string
  /** Whether it was refused before the log was asked, so that the answer does not tell where the log starts. */
  readonly beforeLog: boolean
}

/** A refusal of which a client learns nothing but its code. */
export function refuse(error: ErrorName, reason: string): Refusal {
  return { error, message: null, recordErrors: [], reason, beforeLog: sizeOrDamage.has(error) }
}

/** The same, for what the version of the request does not allow. */
export function refuseRequest(error: ErrorName, reason: string): Refusal {
  return { ...refuse(error, reason), beforeLog: true }
}

/** A refusal for the sake of single records. */
export function refuseRecords(
  error: ErrorName,
  message: string,
  recordErrors: readonly RecordError[],
): Refusal {
  return { ...refuse(error, `${message}: ${recordErrors[0]?.message ?? ''}`), message, recordErrors }
}

/** Kafka keeps the start of the log to itself in these cases, though it has looked at it. */
const sizeOrDamage: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'CORRUPT_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
])
