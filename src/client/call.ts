import { TimeoutError, type Clock, type KafkaError } from '../kernel'

/** One call of the user: its deadline, whether it still is wanted, and whether anything left for a broker. */
export interface Call {
  /** For texts: `produce to orders/0`. */
  readonly what: string
  readonly timeoutMs: number
  /** Monotonic ms at which it must have ended. */
  readonly deadline: number
  /** Aborts at the deadline, or when nobody waits for the outcome any more. */
  readonly signal: AbortSignal
  /** To be called when a request leaves. */
  readonly sent: () => void
}

/** What a call is made of. */
export interface CallPlan {
  readonly clock: Clock
  readonly what: string
  readonly timeoutMs: number
  /** Aborts when nobody waits for the outcome any more. */
  readonly abandoned?: AbortSignal
  readonly sent?: () => void
}

/** Runs `work` as one call, whose signal aborts after `timeoutMs` or when it is abandoned. */
export async function runCall<T>(plan: CallPlan, work: (call: Call) => Promise<T>): Promise<T> {
  const { clock, what, timeoutMs, abandoned, sent = nothing } = plan
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = clock.after(timeoutMs, abort)
  if (abandoned?.aborted) abort()
  abandoned?.addEventListener('abort', abort, { once: true })
  const deadline = clock.monotonic() + timeoutMs
  try {
    return await work({ what, timeoutMs, deadline, signal: controller.signal, sent })
  } finally {
    timer.cancel()
    abandoned?.removeEventListener('abort', abort)
  }
}

function nothing(): void {}

/** The call's time is over; the last error says why. */
export function outOfTime(call: Call, last?: KafkaError, maybeSent = false): TimeoutError {
  const why = last === undefined ? call.what : `${call.what} (last: ${last.message})`
  return new TimeoutError('call', call.timeoutMs, why, {
    maybeSent: maybeSent || wasMaybeSent(last),
    cause: last,
  })
}

function wasMaybeSent(error: KafkaError | undefined): boolean {
  return error !== undefined && 'maybeSent' in error && error.maybeSent === true
}

/** The promise's outcome, or `outOfTime` when the call's signal aborts first: for work that others share. */
export function within<T>(call: Call, promise: Promise<T>): Promise<T> {
  const { signal } = call
  return new Promise((resolve, reject) => {
    const late = (): void => reject(outOfTime(call))
    if (signal.aborted) late()
    signal.addEventListener('abort', late, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    signal.addEventListener('abort', done)
  })
}
