import { from, isObservable, Subscription, type Observable } from 'rxjs'
import { ArgumentError, isPromiseLike } from '../../kernel'

/** What a handler may answer: what it was given is done when this has ended. Anything else means: at once. */
export type Handled = Observable<unknown> | PromiseLike<unknown> | AsyncIterable<unknown> | void

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
      return from(answer).subscribe({ error: failed, complete: done })
    refuseUnheard(answer)
  } catch (error) {
    failed(error)
    return Subscription.EMPTY
  }
  done()
  return Subscription.EMPTY
}

/** @throws ArgumentError without a handler */
export function checkHandler(face: string, handler: unknown): void {
  if (typeof handler !== 'function') throw new ArgumentError(`${face} handler`, handler, 'a function')
}

/** Work that nobody would wait for, or that would never begin, is not done. */
function refuseUnheard(answer: unknown): void {
  if (Array.isArray(answer) && answer.some(one => isPromise(one) || isObservable(one)))
    throw new TypeError(
      'the handler answered an array of what is under way: answer Promise.all or merge of it',
    )
  if (isGenerator(answer))
    throw new TypeError('the handler answered a generator, which nobody runs: make it an async one')
}

/** Not an Observable that can be awaited too: that one can be given up. */
function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return !isObservable(answer) && isPromiseLike(answer)
}

function isAsyncIterable(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

function isGenerator(answer: unknown): boolean {
  return Object.prototype.toString.call(answer) === '[object Generator]'
}
