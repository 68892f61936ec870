import { config } from 'rxjs'
import { systemClock } from '../../src/kernel'

type Stray = [event: 'uncaughtException' | 'unhandledRejection', error: unknown]

/** Everything that nobody handled, in the process, while `act` ran and until the turn of timers after it. */
export async function strayErrors(act: () => unknown): Promise<Stray[]> {
  const strays: Stray[] = []
  const onException = (error: unknown) => void strays.push(['uncaughtException', error])
  const onRejection = (error: unknown) => void strays.push(['unhandledRejection', error])
  process.on('uncaughtException', onException).on('unhandledRejection', onRejection)
  try {
    await act()
    await timersTurn()
  } finally {
    process.off('uncaughtException', onException).off('unhandledRejection', onRejection)
  }
  return strays
}

/** What rxjs was told as unhandled while `act` ran. */
export async function reportedErrors(act: () => void): Promise<unknown[]> {
  const errors: unknown[] = []
  config.onUnhandledError = error => void errors.push(error)
  try {
    act()
    await timersTurn()
  } finally {
    config.onUnhandledError = null
  }
  return errors
}

/** Timers of equal length run in order, so what rxjs has put off by then has run too. */
function timersTurn(): Promise<void> {
  return new Promise(resolve => void systemClock.after(1, resolve))
}
