import { ArgumentError, TimeoutError, VirtualClock, type Clock } from '../../kernel'

const pauseMs = 5

/**
 * Resolves once the condition holds. It is looked at every few ms; a `VirtualClock` is moved on from task to task.
 * Rejects with a TimeoutError after `timeoutMs`, or with what the condition throws.
 */
export async function until(clock: Clock, isSo: () => boolean, timeoutMs: number): Promise<void> {
  if (typeof isSo !== 'function')
    throw new ArgumentError('until condition', isSo, 'a function that answers true or false')
  const first: unknown = isSo()
  if (typeof first !== 'boolean')
    throw new ArgumentError('until condition', first, 'true or false at once: a promise would count as true')
  if (first) return
  let isLate = false
  const deadline = clock.after(timeoutMs, () => (isLate = true))
  try {
    if (clock instanceof VirtualClock) await clock.until(() => isLate || isSo())
    else while (!isLate && !isSo()) await pause(clock)
    if (isLate && !isSo()) throw new TimeoutError('condition', timeoutMs, `until ${String(isSo)}`)
  } finally {
    deadline.cancel()
  }
}

const pause = (clock: Clock): Promise<void> => new Promise(resolve => void clock.after(pauseMs, resolve))
