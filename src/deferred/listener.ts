import { Observable, Subscription, type Observer } from 'rxjs'

/** Whoever is told the outcome: an rxjs subscriber, an `ObserverListener`, or the two callbacks of a promise. */
export interface Listener<T> {
  /** True once it no longer wants to hear. */
  readonly closed: boolean
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

/** Where listeners come from: told when one of them leaves. Not for callers, hence a symbol. */
export const left = Symbol('left')
export interface Source<T> {
  [left](listener: Listener<T>): void
}

export type ObserverOrNext<T> = Partial<Observer<T>> | ((value: T) => void)

/** The observer that the arguments of `subscribe` amount to, the deprecated ones included. */
export function observerOf<T>(
  observerOrNext: ObserverOrNext<T> | null | undefined,
  error: ((error: unknown) => void) | null | undefined,
  complete: (() => void) | null | undefined,
): ObserverOrNext<T> {
  if (observerOrNext && (typeof observerOrNext === 'object' || !(error || complete))) return observerOrNext
  return {
    ...(observerOrNext && { next: observerOrNext }),
    ...(error && { error }),
    ...(complete && { complete }),
  }
}

/** Whether there is nothing about the observer that rxjs would have to look at, as there is about a Subscriber. */
export function isPlainObserver(observer: object): boolean {
  return typeof observer === 'function' || !('unsubscribe' in observer)
}

/** Hands an error to rxjs as one that nobody handles: `config.onUnhandledError`, otherwise an uncaught exception. */
export function reportUnhandled(error: unknown): void {
  new Observable<never>(subscriber => subscriber.error(error)).subscribe()
}

/**
 * A plain observer and the Subscription it was given, in one object. What rxjs makes of the same observer is
 * three objects and an array, which at one subscribe per message is the largest part of the cost of a send.
 */
export class ObserverListener<T> extends Subscription implements Listener<T> {
  #source: Source<T> | undefined
  #observer: ObserverOrNext<T>

  constructor(source: Source<T>, observer: ObserverOrNext<T>) {
    super()
    this.#source = source
    this.#observer = observer
  }

  next(value: T): void {
    const observer = this.#observer
    try {
      if (typeof observer === 'function') observer(value)
      else observer.next?.(value)
    } catch (error) {
      reportUnhandled(error)
    }
  }

  error(error: unknown): void {
    const observer = this.#observer
    try {
      if (typeof observer === 'function' || !observer.error) reportUnhandled(error)
      else observer.error(error)
    } catch (thrown) {
      reportUnhandled(thrown)
    }
    this.unsubscribe()
  }

  complete(): void {
    const observer = this.#observer
    try {
      if (typeof observer !== 'function') observer.complete?.()
    } catch (error) {
      reportUnhandled(error)
    }
    this.unsubscribe()
  }

  override unsubscribe(): void {
    const source = this.#source
    this.#source = undefined
    this.#observer = silent
    source?.[left](this)
    super.unsubscribe()
  }
}

/** Stands in for an observer that has left: told nothing more, and not kept alive by a Subscription that is kept. */
const silent = {}
