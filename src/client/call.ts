import { abortController, KafkaError, TimeoutError, type Clock } from '../kernel'

/** One call of the user: its deadline, whether it still is wanted, and whether anything left for a broker. */
export interface Call {
  /** For texts: `produce to orders/0`. */
  readonly what: string
  readonly timeoutMs: number
  /** Monotonic ms at which it must have ended. */
  readonly deadline: number
  /** Aborts at the deadline, when nobody waits for the outcome any more, or when the client is closed. */
  readonly signal: AbortSignal
  /** To be called when a request leaves. */
  readonly sent: () => void
  /** Ends it early, with this error for whatever has not been sent. */
  readonly end: (error: KafkaError) => void
}

/** What a call is made of. */
export interface CallPlan {
  readonly clock: Clock
  readonly what: string
  readonly timeoutMs: number
  /** Aborts when nobody waits for the outcome any more; a KafkaError as its reason is the outcome. */
  readonly abandoned?: AbortSignal
  readonly sent?: () => void
}

/** Runs `work` as one call, whose signal aborts after `timeoutMs` or when it is abandoned. */
export async function runCall<T>(plan: CallPlan, work: (call: Call) => Promise<T>): Promise<T> {
  const { clock, what, timeoutMs, abandoned, sent = nothing } = plan
  const controller = abortController()
  const abort = (): void => controller.abort()
  const timer = clock.after(timeoutMs, abort)
  if (abandoned?.aborted) abort()
  abandoned?.addEventListener('abort', abort, { once: true })
  const deadline = clock.monotonic() + timeoutMs
  const end = (error: KafkaError): void => controller.abort(error)
  try {
    return await work({ what, timeoutMs, deadline, signal: controller.signal, sent, end })
  } catch (error) {
    throw abandoned?.reason instanceof KafkaError ? abandoned.reason : error
  } finally {
    timer.cancel()
    abandoned?.removeEventListener('abort', abort)
  }
}

function nothing(): void {}

/** Why the call is over: it was ended with an error, or its time is up and `last` stood in the way. */
export function endOf(call: Call, last?: KafkaError, maybeSent = false): KafkaError {
  const reason: unknown = call.signal.reason
  if (reason instanceof KafkaError) return reason
  const why = last === undefined ? call.what : `${call.what} (last: ${last.message})`
  return new TimeoutError('call', call.timeoutMs, why, {
    maybeSent: maybeSent || wasMaybeSent(last),
    cause: last,
  })
}

/** Whether the broker may have handled a request that ended with this error. */
export function wasMaybeSent(error: KafkaError | undefined): boolean {
  return error !== undefined && 'maybeSent' in error && error.maybeSent === true
}

/**
 * The promise's outcome, or `endOf` the call when its signal aborts first: for work that others share.
 *
 * @param failure what stands in the way of that work just now
 */
export function within<T>(
  call: Call,
  promise: Promise<T>,
  failure?: () => KafkaError | undefined,
): Promise<T> {
  const { signal } = call
  return new Promise((resolve, reject) => {
    const late = (): void => reject(endOf(call, failure?.()))
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
