import { errorCode, type ErrorName } from '../../protocol'

/** Why something is refused, for answers that say so in words too. */
export interface Refusal {
  readonly error: ErrorName
  readonly message: string | null
}

export function refusal(error: ErrorName, message: string | null = null): Refusal {
  return { error, message }
}

/** The fields of an answer for it; done is 0 without words. */
export function verdict(refused?: Refusal): { errorCode: number; errorMessage: string | null } {
  if (refused === undefined) return { errorCode: 0, errorMessage: null }
  return { errorCode: errorCode(refused.error), errorMessage: refused.message }
}

/** A time limit that is over when it is set: the controller does nothing. */
export function lateRefusal(timeoutMs: number): Refusal | undefined {
  return timeoutMs > 0 ? undefined : refusal('REQUEST_TIMED_OUT')
}
