import { Deferred, type Cancel } from '../../src/deferred'

/** A Deferred whose work is in the test's hands, with a count of how often it ran and was asked to cancel. */
export interface Controlled<T> {
  readonly deferred: Deferred<T>
  runs: number
  cancels: number
  resolve(value: T): void
  reject(error: unknown): void
}

/** @param cancel what the work does when the last listener leaves; default: it cannot be undone */
export function controlled<T = number>(cancel: Cancel = () => undefined): Controlled<T> {
  const work: Controlled<T> = {
    deferred: new Deferred<T>((resolve, reject) => {
      work.runs++
      work.resolve = resolve
      work.reject = reject
      return () => {
        work.cancels++
        return cancel()
      }
    }),
    runs: 0,
    cancels: 0,
    resolve: neverStarted,
    reject: neverStarted,
  }
  return work
}

function neverStarted(): never {
  throw new Error('the work has not been started')
}

/** The text of an error, for a handler of either style. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What an observer is told, in words. */
export function told(log: string[] = []): {
  log: string[]
  next(value: unknown): void
  error(error: unknown): void
  complete(): void
} {
  return {
    log,
    next: value => void log.push(`next ${String(value)}`),
    error: error => void log.push(`error ${textOf(error)}`),
    complete: () => void log.push('complete'),
  }
}
