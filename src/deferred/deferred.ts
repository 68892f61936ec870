import { Observable, type Subscriber, type Subscription, type TeardownLogic } from 'rxjs'
import { isPromiseLike } from '../kernel'
import { fail, heard, listen, settle } from './levers'
import {
  isPlainObserver,
  left,
  observerOf,
  ObserverListener,
  reportUnhandled,
  type Listener,
  type ObserverOrNext,
} from './listener'
import { withListener, withoutListener, type Listeners } from './listeners'
import { thenableRefused, type Outcome } from './thenable'
import { underway, workOf, type Cancel, type Start, type Work } from './work'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Promise and Observer have it: a handler may name the error it expects
type Reason = any
type State = 'idle' | 'running' | 'resolved' | 'rejected'

/**
 * One outcome, to be listened to as an Observable or awaited as a promise.
 *
 * The work starts at the first `subscribe` or `then`, runs once, and its outcome is remembered: every listener, early
 * or late, gets the one value and then completion, or the one error. So `retry` reads the same outcome again;
 * to do the work again, wrap the call:
 *
 *     defer(() => client.loadMetadataForTopics('orders')).pipe(retry(3))
 *
 * When the last listener leaves before the outcome, work that can be wholly undone is cancelled, and the outcome is
 * a `CancelledError` whose `requestSent` says whether the broker may have done it all the same. `then`, and so
 * `await`, is a listener that never leaves.
 *
 * An error that nobody handles is treated as rxjs and Node treat one: `subscribe(next)` alone raises an uncaught
 * exception, `then(f)` alone an unhandled rejection. A Deferred that nobody listens to raises nothing.
 */
export class Deferred<T> extends Observable<T> implements Promise<T> {
  #state: State
  #heard = false
  #listeners: Listeners<T>
  /** By its state: the work (idle), how to cancel it (running), the outcome. One field, since there is one a message. */
  #content: unknown

  /** @param work begun at the first listener; if it throws, that is the outcome */
  constructor(work: Work<T>) {
    super(Deferred.#attach)
    const isUnderway = work === underway
    this.#state = isUnderway ? 'running' : 'idle'
    this.#content = isUnderway ? undefined : work
  }

  /** A Deferred whose outcome is this value. */
  static of<T>(value: Outcome<T>): Deferred<T> {
    return new Deferred<T>(resolve => resolve(value))
  }

  /** A Deferred whose outcome is this error. */
  static failed(error: unknown): Deferred<never> {
    return new Deferred<never>((_, reject) => reject(error))
  }

  /**
   * A Deferred of what an async function returns, or of the last value of an Observable (`EmptyError` if it has none).
   * On cancellation an Observable is unsubscribed from; an async function sees its signal aborted and either throws
   * the signal's reason or goes on.
   *
   * @param what is named in the CancelledError, such as `Metadata of orders`
   */
  static from<T>(what: string, start: Start<T>): Deferred<T> {
    return new Deferred(workOf(what, start))
  }

  /** Starts the work now, as if somebody listened for ever: it runs to its end whoever leaves. Answers itself. */
  start(): this {
    if (!this.#ended()) this.#listen(stayer)
    return this
  }

  override subscribe(observerOrNext?: ObserverOrNext<T>): Subscription
  /** @deprecated pass an observer */
  override subscribe(
    next?: ((value: T) => void) | null,
    error?: ((error: Reason) => void) | null,
    complete?: (() => void) | null,
  ): Subscription
  override subscribe(
    observerOrNext?: ObserverOrNext<T> | null,
    error?: ((error: Reason) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    const observer = observerOf(observerOrNext, error, complete)
    // eslint-disable-next-line rxjs-x/no-ignored-error -- the observer may have its error handler
    if (!isPlainObserver(observer)) return super.subscribe(observer)
    const listener = new ObserverListener(this, observer)
    this.#listen(listener)
    return listener
  }

  then<Value = T, Failure = never>(
    onResolved?: ((value: T) => Value | PromiseLike<Value>) | null,
    onRejected?: ((error: Reason) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#promise().then(onResolved, onRejected)
  }

  catch<Failure = never>(
    onRejected?: ((error: Reason) => Failure | PromiseLike<Failure>) | null,
  ): Promise<T | Failure> {
    return this.#promise().catch(onRejected)
  }

  finally(onSettled?: (() => void) | null): Promise<T> {
    return this.#promise().finally(onSettled)
  }

  get [Symbol.toStringTag](): string {
    return 'Deferred'
  }

  get [heard](): boolean {
    return this.#heard
  }

  [listen](listener: Listener<T>): void {
    this.#listen(listener)
  }

  /** A thenable is refused. Answers whether anybody heard it. */
  [settle](value: T): boolean {
    return isPromiseLike(value) ? this.#end('rejected', thenableRefused()) : this.#end('resolved', value)
  }

  /** Answers whether anybody heard it. */
  [fail](error: unknown): boolean {
    return this.#end('rejected', error)
  }

  [left](listener: Listener<T>): void {
    if (this.#ended()) return
    this.#listeners = withoutListener(this.#listeners, listener)
    if (this.#listeners === undefined) this.#giveUp()
  }

  static #attach<T>(this: Observable<T>, subscriber: Subscriber<T>): TeardownLogic {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- rxjs calls it on the Deferred that gave it
    const deferred = this as Deferred<T>
    if (subscriber.closed) return undefined
    deferred.#listen(subscriber)
    return deferred.#ended() ? undefined : () => deferred[left](subscriber)
  }

  /** A native promise, made only when asked for: a hidden one would raise unhandledRejection. */
  #promise(): Promise<T> {
    return new Promise((next, error) => this.#listen({ closed: false, next, error, complete: nothing }))
  }

  #ended(): boolean {
    return this.#state === 'resolved' || this.#state === 'rejected'
  }

  #listen(listener: Listener<T>): void {
    if (this.#ended()) {
      this.#tell(listener)
      return
    }
    this.#listeners = withListener(this.#listeners, listener)
    if (this.#state === 'idle') this.#begin()
  }

  #begin(): void {
    const work = this.#content as Work<T>
    this.#state = 'running'
    this.#content = undefined
    try {
      const cancel = work(
        value => this[settle](value),
        error => this[fail](error),
      )
      if (cancel && !this.#ended()) this.#content = cancel
    } catch (error) {
      this[fail](error)
    }
  }

  #giveUp(): void {
    try {
      const cancelled = (this.#content as Cancel | undefined)?.()
      if (cancelled) this[fail](cancelled)
    } catch (error) {
      this[fail](error)
    }
  }

  #end(state: 'resolved' | 'rejected', outcome: unknown): boolean {
    if (this.#ended()) return this.#heard
    const listeners = this.#listeners
    this.#state = state
    this.#content = outcome
    this.#listeners = undefined
    if (Array.isArray(listeners)) for (const listener of listeners) this.#tell(listener)
    else if (listeners) this.#tell(listeners)
    return this.#heard
  }

  #tell(listener: Listener<T>): void {
    if (listener.closed) return
    this.#heard = true
    try {
      if (this.#state === 'rejected') listener.error(this.#content)
      else {
        listener.next(this.#content as T)
        listener.complete()
      }
    } catch (error) {
      // A teardown that throws must not keep the outcome from the other listeners, nor reach whoever settles.
      reportUnhandled(error)
    }
  }
}

function nothing(): void {}

/** Never leaves, so it keeps the work going; closed, so that an outcome does not count as heard. */
const stayer: Listener<unknown> = { closed: true, next: nothing, error: nothing, complete: nothing }
