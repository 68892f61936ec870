import { ArgumentError, TimeoutError, VirtualClock, type Clock } from '../../kernel'

const pauseMs = 5

/**
 * Resolves once the condition holds. It is looked at every few ms; a `VirtualClock` is moved on from task to task.
 * Rejects with a TimeoutError after `timeoutMs`, or with what the condition throws.
 */
export async function until(clock: Clock, isSo: () => boolean, timeoutMs: number): Promise<void> {
  if (typeof isSo !== 'function')
    throw new ArgumentError('until condition', isSo, 'a function that answers true or false')
  const holds = (): boolean => {
    const so: unknown = isSo()
    if (typeof so === 'boolean') return so
    throw new ArgumentError('until condition', so, 'true or false at once: a promise would count as true')
  }
  if (holds()) return
  let isLate = false
  const deadline = clock.after(timeoutMs, () => (isLate = true))
  try {
    if (clock instanceof VirtualClock) await clock.until(() => isLate || holds())
    else while (!isLate && !holds()) await pause(clock)
    if (isLate && !holds()) throw new TimeoutError('condition', timeoutMs, `until ${String(isSo)}`)
  } finally {
    deadline.cancel()
  }
}

const pause = (clock: Clock): Promise<void> => new Promise(resolve => void clock.after(pauseMs, resolve))
