import { Subject, type Observable } from 'rxjs'
import {
  abortController,
  ArgumentError,
  asKafkaError,
  ClosedError,
  TimeoutError,
  TransactionStateError,
  type Bytes,
} from '../kernel'
import {
  acksNumber,
  closeTimeout,
  coreOf,
  retryPause,
  runCall,
  troubleOf,
  within,
  type ClientCore,
  type CloseOptions,
  type KafkaClient,
} from '../client'
import { Deferred, Delivery, UnheardFailures, type DeliveryOwner } from '../deferred'
import { BufferMemory } from './buffer-memory'
import type { BatchReport, Emit, ProducerEvent } from './event'
import { Compressors } from './compressors'
import { Flushes } from './flushes'
import { Identity, type IdentitySource } from './identity'
import { Intake, type Taking } from './intake'
import {
  settleProducer,
  type GivenOptions,
  type ProducerOptions,
  type ProducerSettings,
  type SerializingOptions,
} from './options'
import { Outcomes } from './outcomes'
import type { OutgoingMessage } from './outgoing'
import type { LineContext } from './line-context'
import type { Receipt } from './receipt'
import { sendAllOf } from './send-all'
import type { SendAllContext } from './send-all-row'
import type { SendAll } from './send-all-types'
import { Sender } from './sender'
import { takingOf } from './serializing-intake'
import { TopicTroubles } from './topic-troubles'
import { Transactions, type Transaction, type TransactionWork } from './transactions'

/**
 * Writes messages: batched, in call order, without doubles. Sends are accepted when called; the first one connects
 * and asks for metadata. Closing the client closes the producer first.
 *
 * @typeParam Value what is sent: what the option `serializer` takes, without one bytes, text or null
 */
export class Producer<Value = Bytes | null> {
  /** Retries, failures, unheard failures. Hot; never errors; completes when the producer is closed. */
  readonly events$: Observable<ProducerEvent>
  /** Every batch that was delivered. Hot; never errors; completes when the producer is closed. */
  readonly batches$: Observable<BatchReport>
  /**
   * Cold: subscribe, or await it with `forEach` or `lastValueFrom`; nothing is sent before, and `await` alone does not.
   *
   * Sends all messages of a source, and tells their results in the order of the source, each with the `passThrough`
   * of its message. Every subscription reads the source anew, and sends its messages again.
   *
   * An iterable is read at the pace of the producer: at most `maxInFlight` messages are under way, and what would
   * pass `maxBufferedBytes` waits for `ready()`. The messages of an Observable, in a `pipe`, come when they come: see
   * the option `overflow` for what happens when there is no room.
   *
   * With a message that fails the stream ends in a FailedMessagesError when all have ended, unless `onError` says
   * otherwise; when the broker refuses who we are, it ends at once. An error of the source comes after the results of
   * what was read before it. Whoever unsubscribes stops the reading; what was accepted is delivered, unless
   * `onUnsubscribe` says otherwise.
   */
  readonly sendAll: SendAll<Value>
  readonly #events = new Subject<ProducerEvent>()
  readonly #batches = new Subject<BatchReport>()
  readonly #core: ClientCore
  readonly #memory: BufferMemory
  readonly #outcomes: Outcomes
  readonly #sender: Sender
  readonly #intake: Taking<Value>
  readonly #flushes = new Flushes()
  readonly #transactions: Transactions<Value> | undefined
  readonly #stopping = abortController()
  readonly #leaveClient: () => void
  #closed: Deferred<void> | undefined

  /**
   * @param options `serializer` is needed unless bytes, text or null are sent
   * @throws ArgumentError naming the option that cannot be used, ClosedError when the client is closed
   */
  constructor(client: KafkaClient, options: ProducerOptions<Value>)
  // For a Value that is not known where this is called; of a union, nothing can be inferred.
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- as said
  constructor(client: KafkaClient, options: SerializingOptions<Value>)
  constructor(
    client: [Value] extends [Bytes | null] ? KafkaClient : 'a client, and options with the serializer',
  )
  constructor(client: KafkaClient, options: GivenOptions<Value> = {}) {
    const core = coreOf(client)
    const settings = settleProducer(options)
    const acks = acksNumber(settings.acks)
    const emit = (event: ProducerEvent): void => this.#events.next(event)
    const { transactionalId = null } = settings
    const wanted = wantsIdentity(settings, acks)
    const transactions =
      transactionalId === null ? undefined : this.#transactional(transactionalId, settings, core, emit)
    const identity = transactions ?? new Identity(core, emit, wanted)
    this.#transactions = transactions
    this.events$ = this.#events.asObservable()
    this.batches$ = this.#batches.asObservable()
    this.#core = core
    this.#memory = new BufferMemory(settings.maxBufferedBytes, core.settings.clock, () => this.#sender)
    this.#outcomes = this.#newOutcomes(emit)
    this.#sender = new Sender({
      client: core,
      settings,
      acks,
      transactionalId,
      identity,
      gate: transactions,
      emit,
    })
    const intake = new Intake({
      client: core,
      settings,
      memory: this.#memory,
      flushes: this.#flushes,
      outcomes: this.#outcomes,
      sender: this.#sender,
      lines: this.#lineContext(settings, identity, emit),
    })
    this.#intake = takingOf(intake, options)
    this.sendAll = sendAllOf(this.#sendAllContext())
    this.#leaveClient = core.adopt(this)
  }

  /**
   * Hands messages over, all with one key, to travel in one batch of one partition, all or nothing.
   *
   * @param key null: none; undefined: the option `keyMaker` makes it of the first message
   * @returns a Delivery of where the first one landed
   */
  sendMessages(topic: string, key: Bytes | null | undefined, messages: readonly Value[]): Delivery<Receipt> {
    try {
      this.#checkPlain()
      return this.#intake.many(topic, key, messages)
    } catch (error) {
      return this.#refused(error)
    }
  }

  /** Hands one message over. */
  send(message: OutgoingMessage<Value>): Delivery<Receipt> {
    try {
      return this.#take(message)
    } catch (error) {
      return this.#refused(error)
    }
  }

  /** Ends when there is room again: at most half of `maxBufferedBytes` is held. Fails with ClosedError. */
  ready(): Deferred<void> {
    if (this.#closed) return Deferred.failed(new ClosedError('Producer'))
    return new Deferred<void>(resolve => this.#memory.whenRoom(() => resolve()))
  }

  /**
   * Sends what waits without waiting for company, and ends when all that was accepted before has ended, delivered or
   * failed. Fails with ClosedError once `close` or `stop` was called: they see to what was accepted.
   */
  flush(): Deferred<void> {
    if (this.#closed) return Deferred.failed(new ClosedError('Producer'))
    return Deferred.from<void>('flush', () => this.#flushed()).start()
  }

  /**
   * Takes no more, sends what was accepted, then ends. What has not ended after `timeoutMs` fails.
   *
   * @param options.timeoutMs default 30,000
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

  /** Ends at once, also while `close` still waits: what has not been delivered fails. */
  stop(): Deferred<void> {
    this.#stopping.abort()
    return this.close({ timeoutMs: 0 })
  }

  /**
   * Makes sure that no older producer with our `transactionalId` goes on: what it had begun is aborted, what it had
   * committed stands. `begin` and `transaction` do it themselves; before offsets are read that a transaction is to go
   * on from, it has to be done first. Starts when called; done once, it costs nothing.
   *
   * @returns fails with FencedError, or with what a broker says; after a TimeoutError it can be called again
   */
  initTransactions(): Deferred<void> {
    return this.#inTransactions('initTransactions', transactions => transactions.initialise())
  }

  /**
   * Begins a transaction, which lasts until its `commit` or `abort`. Starts when called. A producer has one at a time.
   *
   * @returns fails with TransactionStateError while another one has not ended
   */
  begin(): Deferred<Transaction<Value>> {
    return this.#inTransactions('begin', transactions => transactions.begin())
  }

  /**
   * Does something in a transaction of its own: commits when what `work` returns has ended, aborts when it fails. Begins
   * at the first `subscribe` or `await`; a producer has one at a time, so the next one begins after it has ended
   * (`concatMap`, or `await` in a loop). Nothing has to be awaited within: the commit waits for all sends, and does
   * not take place if one of them failed.
   *
   * @param work its promise's value, the last one of its Observable, or what else it returns is the outcome
   * @returns fails with what the work failed with, else as `Transaction.commit` does
   */
  transaction<T>(work: TransactionWork<T, Value>): Deferred<T> {
    return this.#inTransactions('transaction', transactions => transactions.run(work))
  }

  #inTransactions<T>(what: string, start: (transactions: Transactions<Value>) => Deferred<T>): Deferred<T> {
    if (this.#closed) return Deferred.failed(new ClosedError('Producer'))
    if (this.#transactions) return start(this.#transactions)
    return Deferred.failed(new TransactionStateError(`${what} needs the producer option transactionalId`))
  }

  /** Whether a message may be sent outside of a transaction. */
  #checkPlain(): void {
    if (this.#closed) throw new ClosedError('Producer')
    if (this.#transactions)
      throw new TransactionStateError(
        'a producer with a transactionalId sends within its transactions: tx.send or tx.sendAll, or a producer without it',
      )
  }

  #transactional(
    transactionalId: string,
    settings: ProducerSettings,
    client: ClientCore,
    emit: Emit,
  ): Transactions<Value> {
    const checked = <T>(hand: () => T): T => {
      if (this.#closed) throw new ClosedError('Producer')
      return hand()
    }
    return new Transactions<Value>({
      client,
      transactionalId,
      transactionTimeoutMs: settings.transactionTimeoutMs,
      emit,
      one: message => checked(() => this.#intake.one(message)),
      many: (topic, key, values) => checked(() => this.#intake.many(topic, key, values)),
      refuse: error => this.#refused(error),
      sendAll: () => this.#sendAllContext(),
      wake: () => this.#sender.wake(),
      land: () => this.#flushed().then(() => this.#sender.landed()),
      failWaiting: error => this.#intake.failWaiting(error),
      failAll: error => this.#sender.failAll(error),
    })
  }

  #sendAllContext(): SendAllContext<Value> {
    return {
      take: message => this.#take(message),
      memory: this.#memory,
      hurry: () => this.#sender.hurry(),
      emit: event => this.#events.next(event),
      clock: this.#core.settings.clock,
    }
  }

  #take(message: OutgoingMessage<Value>): Delivery<Receipt> {
    this.#checkPlain()
    return this.#intake.one(message)
  }

  /** Whatever is wrong with it, a send answers through its delivery. */
  #refused(error: unknown): Delivery<Receipt> {
    const delivery = new Delivery<Receipt>(nobody)
    this.#outcomes.turnAway(delivery, asKafkaError(error, 'send'))
    return delivery
  }

  #newOutcomes(emit: Emit): Outcomes {
    const { clock } = this.#core.settings
    return new Outcomes({
      emit,
      unheard: new UnheardFailures(clock, emit),
      flushes: this.#flushes,
      failed: error => this.#transactions?.failed(error),
      report: make => {
        if (this.#batches.observed) this.#batches.next(make())
      },
      now: () => clock.monotonic(),
    })
  }

  #lineContext(settings: ProducerSettings, identity: IdentitySource, emit: Emit): LineContext {
    const { compression, compressionLevel: level } = settings
    const codec = compression === 'none' ? undefined : this.#core.codecs(compression)
    const compressors = new Compressors(() => this.#sender.wake())
    const sealing = { codec, level, transactional: settings.transactionalId !== undefined, compressors }
    const { clock, random } = this.#core.settings
    return {
      settings,
      random,
      identity,
      emit,
      memory: this.#memory,
      flushes: this.#flushes,
      outcomes: this.#outcomes,
      troubles: new TopicTroubles(() => troubleOf(this.#core.settings)),
      sealing: () => sealing,
      now: () => clock.monotonic(),
      pauseMs: attempts => retryPause(this.#core.settings, attempts),
    }
  }

  #flushed(): Promise<void> {
    this.#sender.hurry()
    return this.#flushes.all()
  }

  async #drained(): Promise<void> {
    await this.#transactions?.close()
    await this.#flushed()
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const { clock } = this.#core.settings
    const { signal } = this.#stopping
    const plan = { clock, what: 'Producer', timeoutMs, abandoned: signal }
    await runCall(plan, call => within(call, this.#drained())).catch(ignored)
    const error = signal.aborted
      ? new ClosedError('Producer')
      : new TimeoutError('close', timeoutMs, 'Producer')
    this.#transactions?.stop(error)
    this.#intake.close(error)
    this.#sender.abandon(error)
    this.#leaveClient()
    // What fails unheard is told on the next turn.
    await new Promise<void>(resolve => void clock.soon(resolve))
    this.#events.complete()
    this.#batches.complete()
  }
}

/** Nobody carries a call that was refused. */
const nobody: DeliveryOwner = { withdraw: () => false }

/** True: required; undefined: where it can be had; false: not at all. */
function wantsIdentity(
  { acks, idempotent, transactionalId }: ProducerSettings,
  number: number,
): boolean | undefined {
  if (transactionalId !== undefined) checkTransactional(acks, idempotent, number)
  if (number === -1) return idempotent
  if (idempotent !== true) return false
  throw new ArgumentError(
    'producer option idempotent',
    true,
    `acks 'all' with it; ${JSON.stringify(acks)} cannot be checked for doubles`,
  )
}

function checkTransactional(acks: unknown, idempotent: boolean | undefined, number: number): void {
  if (number !== -1) throw new ArgumentError('producer option acks', acks, `'all' with a transactionalId`)
  if (idempotent === false)
    throw new ArgumentError('producer option idempotent', idempotent, 'true with a transactionalId')
}

function ignored(): void {
  // Out of time: what has not ended by now fails.
}
