import { KafkaError, type Clock } from '../kernel'
import { retryPause, type RetryPauses } from './backoff'
import { endOf, pause, wasMaybeSent, within, type Call } from './call'

export interface RetryContext extends RetryPauses {
  readonly clock: Clock
  /** Does what the error's remedy says; its own failures are no outcome, the next attempt will show them. */
  readonly apply: (error: KafkaError) => Promise<unknown>
}

/**
 * Asks again once the error's remedy has been applied and a jittered pause has passed, until the call's
 * deadline. An error without remedy, and anything that is no KafkaError, ends it at once.
 */
export async function retrying<T>(
  call: Call,
  context: RetryContext,
  ask: () => Promise<T>,
  mayRepeat: (error: KafkaError) => boolean = error => error.retriable,
): Promise<T> {
  let last: KafkaError | undefined
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      // An attempt that the deadline cut short knows less than the one before it.
      if (call.signal.aborted && last !== undefined) throw endOf(call, last, wasMaybeSent(error))
      if (!mayRepeat(error) || call.signal.aborted) throw error
      last = error
      await again(call, context, error, attempt)
    }
  }
}

/** Remedy and pause before the next attempt; throws when the deadline would pass in it. */
export async function again(
  call: Call,
  context: RetryContext,
  error: KafkaError,
  attempt: number,
): Promise<void> {
  if (call.signal.aborted) throw endOf(call, error)
  const { clock } = context
  const pauseMs = retryPause(context, attempt)
  if (clock.monotonic() + pauseMs >= call.deadline) throw endOf(call, error)
  await Promise.all([within(call, context.apply(error)).catch(ignored), pause(clock, pauseMs, call.signal)])
  if (call.signal.aborted) throw endOf(call, error)
}

function ignored(): void {
  // The next attempt meets the same trouble and reports it.
}
