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
  const holds = (): boolean => {
    check()
    const so: unknown = condition()
    if (typeof so === 'boolean') return so
    throw new ArgumentError('until condition', so, 'true or false at once: a promise would count as true')
  }
  if (holds()) return
  let isLate = false
  const deadline = clock.after(timeoutMs, () => (isLate = true))
  try {
    if (clock instanceof VirtualClock) await clock.until(() => isLate || holds())
    else while (!isLate && !holds()) await pause(clock)
    if (isLate && !holds()) {
      const where = `until ${String(condition)}`
      throw new TimeoutError('condition', timeoutMs, where, { found: found() })
    }
  } finally {
    deadline.cancel()
  }
}

const pause = (clock: Clock): Promise<void> => new Promise(resolve => void clock.after(pauseMs, resolve))
