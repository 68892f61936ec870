import type { Clock } from '../kernel'

/**
 * Calls back into the caller's code. What that throws surfaces as an uncaught exception of its own turn: it cannot
 * leave a connection half way through an answer.
 */
export function tell(clock: Clock, callback: () => void): void {
  try {
    callback()
  } catch (thrown) {
    clock.soon(() => {
      throw thrown
    })
  }
}
