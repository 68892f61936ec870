import { isObservable, takeLast, throwIfEmpty, type Observable } from 'rxjs'
import { abortController, CancelledError } from '../kernel'

/**
 * Asked when the last listener has left before the outcome. Undo the work wholly and answer with the error that
 * says so, or answer nothing when it cannot be undone: it then goes on, and its outcome is kept for later listeners.
 */
export type Cancel = () => CancelledError | undefined

/**
 * What a `Deferred` does, once. It ends with the first call of `resolve` or `reject`; a throw is a rejection. Without
 * a `Cancel` it cannot be undone.
 */
export type Work<T> =
  | ((resolve: (value: T) => void, reject: (error: unknown) => void) => void)
  | ((resolve: (value: T) => void, reject: (error: unknown) => void) => Cancel)

/** The work of a result that its owner already carries out and will settle. */
export const underway: Work<never> = () => undefined

/**
 * Starts the inner work of `Deferred.from`.
 *
 * @param signal aborted when the last listener has left; its reason is the `CancelledError` to throw
 * @param sent to be called when the first request leaves, so that the error can say so
 */
export type Start<T> = (signal: AbortSignal, sent: () => void) => Observable<T> | PromiseLike<T>

/** The work of an async function or an Observable. */
export function workOf<T>(what: string, start: Start<T>): Work<T> {
  return (resolve, reject) => {
    const controller = abortController()
    let requestSent = false
    const abort = (): CancelledError => {
      const error = new CancelledError(what, { requestSent })
      controller.abort(error)
      return error
    }
    const source = start(controller.signal, () => {
      requestSent = true
    })
    if (!isObservable(source)) {
      source.then(resolve, reject)
      // The function decides: it throws the signal's reason, or goes on to an outcome of its own.
      return () => void abort()
    }
    const subscription = source.pipe(takeLast(1), throwIfEmpty()).subscribe({ next: resolve, error: reject })
    return () => {
      subscription.unsubscribe()
      return abort()
    }
  }
}
