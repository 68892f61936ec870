import { from, isObservable, Subscription, type ObservableInput } from 'rxjs'

/** What a handler may answer: what it was given is done when this has ended. Anything else means: at once. */
export type Handled = ObservableInput<unknown> | void

interface Ended {
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Runs a handler to its end; tells its end once. Unsubscribing gives up what can be given up. */
export function runHandler(handler: () => unknown, { done, failed }: Ended): Subscription {
  try {
    const answer = handler()
    if (isPromise(answer)) {
      answer.then(done, failed)
      return Subscription.EMPTY
    }
    if (isObservable(answer) || isAsyncIterable(answer))
      return from(answer as ObservableInput<unknown>).subscribe({ error: failed, complete: done })
  } catch (error) {
    failed(error)
    return Subscription.EMPTY
  }
  done()
  return Subscription.EMPTY
}

/** Not an Observable that can be awaited too: that one can be given up. */
function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return (
    !isObservable(answer) && typeof (answer as { then?: unknown } | null | undefined)?.then === 'function'
  )
}

function isAsyncIterable(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}
