import { ArgumentError, TimeoutError, VirtualClock, type Clock } from '../../kernel'

const pauseMs = 5

interface Surroundings {
  /** Called before each look: what it throws ends the waiting too. */
  readonly check: () => void
  /** What there was when time was up, in words to go behind it. */
  readonly found: () => string
}

/**
 * Resolves once the condition holds. It is looked at every few ms; a `VirtualClock` is moved on from task to task.
 * Rejects with a TimeoutError after `timeoutMs`, or with what the condition throws.
 */
export async function until(
  clock: Clock,
  condition: () => boolean,
  timeoutMs: number,
  { check, found }: Surroundings,
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
    if (isLate && !isSo()) {
      const where = `until ${String(condition)}`
      throw new TimeoutError('condition', timeoutMs, where, { found: found() })
    }
  } finally {
    deadline.cancel()
  }
}

const pause = (clock: Clock): Promise<void> => new Promise(resolve => void clock.after(pauseMs, resolve))
