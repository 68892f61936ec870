import { Observable, Subject, type Subscriber } from 'rxjs'
import { AlreadyRunningError, ClosedError } from '../kernel'
import {
  checkTopic,
  closeTimeout,
  type CloseOptions,
  coreOf,
  type ClientCore,
  type KafkaClient,
} from '../client'
import { Deferred } from '../deferred'
import type { Batch } from './batch'
import { ByteBudget } from './byte-budget'
import type { ConsumerEvent } from './event'
import { report } from './log'
import { settleConsumer, type ConsumerOptions, type ConsumerSettings } from './options'
import { Session } from './session'
import { targetOf, type StartOffset } from './start-offset'

interface Live {
  readonly session: Session
  readonly subscriber: Subscriber<Batch>
}

/**
 * Reads chosen partitions of a topic from a chosen offset, without being a member of a group; with a `groupId` it
 * stores offsets there. Closing the client closes the consumer first.
 */
export class Consumer {
  /** Retries, resets, stalls, commits. Hot; never errors; completes when the consumer is closed. */
  readonly events$: Observable<ConsumerEvent>
  readonly #events = new Subject<ConsumerEvent>()
  readonly #report = report()
  readonly #core: ClientCore
  readonly #topic: string
  readonly #settings: ConsumerSettings
  readonly #leaveClient: () => void
  #live: Live | undefined
  /** When the subscription before the next one has ended wholly. */
  #before = Promise.resolve()
  #closed: Deferred<void> | undefined

  /**
   * Does no I/O.
   *
   * @throws ArgumentError naming the topic or option that cannot be used, ClosedError when the client is closed
   */
  constructor(client: KafkaClient, topic: string, options: ConsumerOptions = {}) {
    checkTopic('topic', topic)
    this.#core = coreOf(client)
    this.#topic = topic
    this.#settings = settleConsumer(options)
    this.events$ = this.#events.asObservable()
    this.#leaveClient = this.#core.adopt(this)
  }

  /**
   * The messages in batches, each partition in its order, from an offset on. Reads while it is subscribed to; one
   * subscription at a time, a later one waits for the end of the earlier. What is not acked bounds what is delivered.
   * Leader moves, lost connections and a topic that is not there yet are no errors: `events$` tells them.
   *
   * Unsubscribing ends at once: what is acked is committed, what is in hand is not waited for; `close` waits.
   *
   * @param offset `OFFSET_EARLIEST`, `OFFSET_LATEST`, `OFFSET_COMMITTED` (needs a `groupId`) or an offset
   * @returns fails with AlreadyRunningError, ClosedError, ArgumentError, CorruptRecordError, AckTimeoutError,
   *   NoOffsetError, or a BrokerError that no retry mends
   */
  start(offset: StartOffset): Observable<Batch> {
    return new Observable<Batch>(subscriber => {
      try {
        const live = this.#begin(offset, subscriber)
        return () => this.#leave(live)
      } catch (error) {
        subscriber.error(error)
        return undefined
      }
    })
  }

  /**
   * Delivers no more, waits until the batches in hand are acked, commits, then completes the stream. Starts when
   * called; a second call answers the same outcome.
   *
   * @param options.timeoutMs how long it may take; default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    if (this.#closed) return this.#closed
    const closed = Deferred.from<void>('close', async () => {
      const timeoutMs = closeTimeout(options)
      this.#closed = closed
      return this.#shutDown(timeoutMs)
    })
    return closed.start()
  }

  /** The same as `close`. */
  shutdown(options: CloseOptions = {}): Deferred<void> {
    return this.close(options)
  }

  /** Ends at once, and completes the stream: what is acked is committed, what is in hand is not waited for. */
  stop(): Deferred<void> {
    const closed = this.close({ timeoutMs: 0 })
    if (this.#live) this.#leave(this.#live)
    return closed
  }

  toString(): string {
    return `Consumer(${this.#topic})`
  }

  #begin(offset: StartOffset, subscriber: Subscriber<Batch>): Live {
    if (this.#closed) throw new ClosedError(this.toString())
    if (this.#live) throw new AlreadyRunningError(this.toString())
    const { groupId, maxFetchBufferBytes } = this.#settings
    const target = targetOf(offset, groupId)
    const shared = {
      client: this.#core,
      topic: this.#topic,
      settings: this.#settings,
      budget: new ByteBudget(maxFetchBufferBytes),
      purpose: `fetch:${this.#topic}-${dice(this.#core)}` as const,
      emit: (event: ConsumerEvent) => {
        this.#report(event)
        this.#events.next(event)
      },
    }
    const session = new Session(shared, target, {
      next: batch => subscriber.next(batch),
      error: error => {
        this.#leave(live)
        subscriber.error(error)
      },
    })
    const live: Live = { session, subscriber }
    this.#live = live
    void session.begin(this.#before)
    return live
  }

  #leave(live: Live): void {
    if (this.#live !== live) return
    this.#live = undefined
    this.#before = live.session.end()
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const live = this.#live
    if (live) {
      if (timeoutMs > 0) await live.session.finish(timeoutMs)
      this.#leave(live)
    }
    await this.#before
    live?.subscriber.complete()
    this.#leaveClient()
    this.#events.complete()
  }
}

/** Tells consumers of one client apart. */
function dice({ settings }: ClientCore): string {
  return Math.floor(settings.random() * 2 ** 32).toString(16)
}
