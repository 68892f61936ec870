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
}

/** A refusal of which a client learns nothing but its code. */
export function refuse(error: ErrorName, reason: string): Refusal {
  return { error, message: null, recordErrors: [], reason }
}

/** A refusal for the sake of single records. */
export function refuseRecords(
  error: ErrorName,
  message: string,
  recordErrors: readonly RecordError[],
): Refusal {
  return { error, message, recordErrors, reason: `${message}: ${recordErrors[0]?.message ?? ''}` }
}
