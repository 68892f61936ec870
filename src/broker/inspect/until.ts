import { ArgumentError, TimeoutError, VirtualClock, type Clock } from '../../kernel'

const pauseMs = 5

/**
 * Resolves once the condition holds. It is looked at every few ms; a `VirtualClock` is moved on from task to task.
 * Rejects with a TimeoutError after `timeoutMs`, or with what the condition throws.
 *
 * @param check called before each look: what it throws ends the waiting too
 */
export async function until(
  clock: Clock,
  condition: () => boolean,
  timeoutMs: number,
  check: () => void,
): Promise<void> {
  if (typeof condition !== 'function')
    throw new ArgumentError('until condition', condition, 'a function that answers true or false')
  const isSo = (): boolean => {
    check()
    return condition()
  }
  const first: unknown = isSo()
  if (typeof first !== 'boolean')
    throw new ArgumentError('until condition', first, 'true or false at once: a promise would count as true')
  if (first) return
  let isLate = false
  const deadline = clock.after(timeoutMs, () => (isLate = true))
  try {
    if (clock instanceof VirtualClock) await clock.until(() => isLate || isSo())
    else while (!isLate && !isSo()) await pause(clock)
    if (isLate && !isSo()) throw new TimeoutError('condition', timeoutMs, `until ${String(condition)}`)
  } finally {
    deadline.cancel()
  }
}

const pause = (clock: Clock): Promise<void> => new Promise(resolve => void clock.after(pauseMs, resolve))
