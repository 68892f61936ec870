import {
  abortController,
  asKafkaError,
  ClosedError,
  FencedError,
  TransactionAbortedError,
  TransactionStateError,
  type Bytes,
  type KafkaError,
  type TopicPartition,
} from '../../kernel'
import type { ClientCore } from '../../client'
import { Deferred, type Delivery } from '../../deferred'
import type { Emit } from '../event'
import type { IdentitySource, ProducerIdentity } from '../identity'
import type { OutgoingMessage } from '../outgoing'
import type { Receipt } from '../receipt'
import type { BatchGate } from '../sender'
import { TransactionCoordinator } from './coordinator'
import type { ReadyGroup, ReadyOffset } from './offsets'
import { runTransaction, type TransactionWork } from './run-transaction'
import { OpenTransaction, type Transaction, type TransactionEnd, type TransactionHost } from './transaction'
import {
  isLost,
  isSending,
  noTransactions,
  reduceTransaction,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionPhase,
} from './transaction-state'
import { isUnknown, transactionError, transactionVerdict } from './transaction-verdict'

/** What transactions need of the producer that they are of. */
export interface TransactionsContext {
  readonly client: ClientCore
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  readonly emit: Emit
  /** Takes messages in; throws what is wrong with them. */
  readonly one: (message: OutgoingMessage) => Delivery<Receipt>
  readonly many: (topic: string, key: Bytes | null, values: readonly (Bytes | null)[]) => Delivery<Receipt>
  readonly refuse: (error: unknown) => Delivery<Receipt>
  /** Looks at all batches again. */
  readonly wake: () => void
  /** Sends what waits, and resolves when all that was accepted has ended. */
  readonly flush: () => Promise<void>
  /** Fails what waits for its topic. */
  readonly failWaiting: (error: KafkaError) => void
  /** Fails everything that has no outcome. */
  readonly failAll: (error: KafkaError) => void
}

/** The transactions of one producer, one at a time: does what `transaction-state` says. */
export class Transactions implements IdentitySource, BatchGate, TransactionHost {
  readonly isOn = true
  readonly #context: TransactionsContext
  readonly #coordinator: TransactionCoordinator
  readonly #ending = abortController()
  #state = noTransactions
  #current: OpenTransaction | undefined
  /** Who waits for an identity. */
  #waiting: ((error: KafkaError | undefined) => void)[] = []
  /** What coordinators are being asked, but for the end. */
  readonly #asking = new Set<Promise<void>>()
  /** Offsets are sent one after the other, so that none goes back. */
  #offsets = Promise.resolve()
  /** What the deliveries of a transaction that is lost fail with. */
  #refusal: KafkaError | undefined
  /** Why a batch came back last. */
  #lastError: KafkaError | undefined

  constructor(context: TransactionsContext) {
    this.#context = context
    this.#coordinator = new TransactionCoordinator({ ...context, abandoned: this.#ending.signal })
  }

  /** Gets an identity, which ends that of every older producer of the transactional id, with what it had begun. */
  initialise(): Deferred<void> {
    return Deferred.from<void>('initTransactions', () => this.#initialised()).start()
  }

  begin(): Deferred<Transaction> {
    return Deferred.from<Transaction>('begin', () => this.#begin()).start()
  }

  run<T>(work: TransactionWork<T>): Deferred<T> {
    return runTransaction(() => this.#begin(), work)
  }

  /** Aborts what is open, and resolves when nothing goes on. */
  async close(): Promise<void> {
    const current = this.#current
    if (!current) return
    this.#reduce({ type: 'abort', error: new ClosedError('Producer') })
    await current.end
  }

  /** Nothing is asked any more; what has no outcome fails with this. */
  stop(error: KafkaError): void {
    this.#reduce({ type: 'failed', error, verdict: 'fatal' })
    this.#ending.abort()
  }

  one(by: OpenTransaction, message: OutgoingMessage): Delivery<Receipt> {
    return this.#send(by, () => this.#context.one(message))
  }

  many(
    by: OpenTransaction,
    topic: string,
    key: Bytes | null,
    values: readonly (Bytes | null)[],
  ): Delivery<Receipt> {
    return this.#send(by, () => this.#context.many(topic, key, values))
  }

  offsets(by: OpenTransaction, read: () => readonly [ReadyGroup, readonly ReadyOffset[]]): Promise<void> {
    const before = this.#offsets
    const sent = this.#attempt(by, async () => {
      this.#check(by)
      const [group, offsets] = read()
      await before
      if (offsets.length > 0) await this.#sendOffsets(by, group, offsets)
    })
    this.#offsets = sent.catch(ignored)
    return sent
  }

  commit(by: OpenTransaction): void {
    if (by === this.#current) this.#reduce({ type: 'commit' })
  }

  abort(by: OpenTransaction): void {
    if (by === this.#current) this.#reduce({ type: 'abort' })
  }

  /** Whom batches are stamped with. */
  get current(): ProducerIdentity | undefined {
    return this.#state.identity
  }

  /** Batches never wait for an identity: a transaction has one before it begins. */
  get(): Promise<void> {
    return Promise.reject(new TransactionStateError('no transaction is open'))
  }

  renew(worn: ProducerIdentity): void {
    const error =
      this.#lastError ?? new TransactionStateError('a topic was created anew during the transaction')
    this.#reduce({ type: 'worn', identity: worn, error })
  }

  admits(at: TopicPartition): boolean {
    if (!this.#state.added.has(at)) this.#reduce({ type: 'wanted', at })
    return this.#state.added.has(at) && isSending(this.#state)
  }

  get maxProduceVersion(): number {
    return this.#state.isV2 ? Infinity : lastWithoutV2
  }

  get refusal(): KafkaError | undefined {
    return this.#refusal
  }

  cameBack(error: KafkaError): void {
    this.#lastError = error
    if (transactionVerdict(error) === 'fatal') this.failed(error)
  }

  /** A send has failed, listened to or not. */
  failed(error: KafkaError): void {
    this.#reduce({ type: 'failed', error: this.#named(error), verdict: transactionVerdict(error) })
  }

  #named(error: KafkaError): KafkaError {
    return transactionError(error, this.#context.transactionalId)
  }

  async #initialised(): Promise<void> {
    const { phase, error } = this.#state
    if (phase === 'fatal') throw over(error!)
    if (phase !== 'uninitialised' && phase !== 'initialising') return
    const outcome = new Promise<KafkaError | undefined>(resolve => this.#waiting.push(resolve))
    this.#reduce({ type: 'initialise' })
    const failure = await outcome
    if (failure) throw failure
  }

  async #begin(): Promise<OpenTransaction> {
    await this.#initialised()
    const { phase, error } = this.#state
    if (phase === 'fatal') throw over(error!)
    if (phase !== 'ready')
      throw new TransactionStateError(`${stillOpen[phase]}; a producer has one at a time`)
    this.#refusal = undefined
    this.#lastError = undefined
    this.#reduce({ type: 'begin', isV2: this.#coordinator.isV2 })
    return (this.#current = new OpenTransaction(this))
  }

  #send(by: OpenTransaction, hand: () => Delivery<Receipt>): Delivery<Receipt> {
    try {
      this.#check(by)
    } catch (error) {
      return this.#context.refuse(error)
    }
    try {
      return hand()
    } catch (error) {
      const refused = asKafkaError(error, 'send')
      this.failed(refused)
      return this.#context.refuse(refused)
    }
  }

  /** Whether the transaction takes anything more. */
  #check(by: OpenTransaction): void {
    const { phase, error } = this.#state
    if (by === this.#current && phase === 'open') return
    if (phase === 'fatal') throw over(error!)
    if (by === this.#current && this.#refusal) throw this.#refusal
    throw new TransactionStateError(
      by === this.#current
        ? 'the transaction takes no more, since its end was asked for; send before commit or abort'
        : 'the transaction is over; begin another one',
    )
  }

  async #sendOffsets(by: OpenTransaction, group: ReadyGroup, offsets: readonly ReadyOffset[]): Promise<void> {
    const isWanted = (): boolean => by === this.#current && isSending(this.#state)
    const coordinator = this.#coordinator
    const { identity, isV2 } = this.#state
    if (!isWanted()) this.#check(by)
    this.#reduce({ type: 'joined' })
    if (!isV2) await coordinator.addOffsets(identity!, group.groupId, isWanted)
    await coordinator.commitOffsets(identity!, group, offsets, isV2, isWanted)
  }

  /** Something that the commit waits for, and does not take place without. */
  async #attempt(by: OpenTransaction, work: () => Promise<void>): Promise<void> {
    const outcome = work().catch((error: unknown) => {
      const failure = this.#named(asKafkaError(error, 'transaction'))
      if (by === this.#current) this.failed(failure)
      throw failure
    })
    const ended = outcome.catch(ignored)
    this.#asking.add(ended)
    await ended
    this.#asking.delete(ended)
    return outcome
  }

  #reduce(event: TransactionEvent): void {
    const { state, effects } = reduceTransaction(this.#state, event)
    this.#state = state
    if (isLost(state)) this.#refusal ??= refusalOf(state.phase, state.error)
    for (const effect of effects) this.#apply(effect)
  }

  #apply(effect: TransactionEffect): void {
    const { wake, failWaiting, client } = this.#context
    switch (effect.type) {
      case 'init':
        return void this.#init(effect.identity)
      case 'initialised':
        return this.#tellWaiting(undefined)
      case 'not-initialised':
        return this.#tellWaiting(effect.error)
      case 'gather':
        return void client.settings.clock.soon(() => this.#reduce({ type: 'gathered' }))
      case 'add-partitions':
        return void this.#attempt(this.#current!, () => this.#add(effect.partitions)).catch(ignored)
      case 'wake':
        return wake()
      case 'give-up':
        failWaiting(this.#refusal!)
        return wake()
      case 'land':
        return void this.#land(this.#current!)
      case 'end':
        return void this.#end(effect.commit)
      case 'committed':
      case 'aborted':
        return this.#ended(effect)
      case 'died':
        return this.#die(effect)
    }
  }

  async #init(worn: ProducerIdentity | undefined): Promise<void> {
    try {
      const identity = await this.#coordinator.init(worn)
      this.#tell(identity)
      this.#reduce({ type: 'identified', identity })
    } catch (thrown) {
      const error = this.#named(asKafkaError(thrown, 'InitProducerId'))
      // Which questions are worth asking again was decided there: what is left, but for time, nobody mends.
      this.#reduce({ type: 'unidentified', error, verdict: error.retriable ? 'abort' : 'fatal' })
    }
  }

  async #add(partitions: readonly TopicPartition[]): Promise<void> {
    const by = this.#current
    try {
      const isWanted = (): boolean => by === this.#current && isSending(this.#state)
      await this.#coordinator.addPartitions(this.#state.identity!, partitions, isWanted)
      this.#reduce({ type: 'added' })
    } catch (error) {
      this.#reduce({ type: 'not-added' })
      throw error
    }
  }

  /** Sends that have no outcome, and questions that have no answer, might still become part of the transaction. */
  async #land(by: OpenTransaction): Promise<void> {
    await this.#context.flush()
    while (this.#asking.size > 0) await Promise.all(this.#asking)
    if (by === this.#current) this.#reduce({ type: 'landed' })
  }

  async #end(commit: boolean): Promise<void> {
    let isUnsure = false
    const failed = (error: KafkaError): void => void (isUnsure ||= isUnknown(error))
    const mayRepeat = (error: KafkaError): boolean => error.retriable || isUnknown(error)
    const { identity, isV2 } = this.#state
    try {
      const next = await this.#coordinator.end(identity!, commit, isV2, failed, mayRepeat)
      if (next) this.#tell(next)
      this.#reduce({ type: 'ended', identity: next })
    } catch (thrown) {
      const error = this.#named(asKafkaError(thrown, 'EndTxn'))
      failed(error)
      this.#reduce({ type: 'not-ended', error, verdict: transactionVerdict(error), isUnknown: isUnsure })
    }
  }

  #ended(end: TransactionEnd): void {
    const current = this.#current
    this.#current = undefined
    if (end.type === 'aborted') this.#context.emit({ type: 'transaction-aborted', error: end.error })
    current?.ended(end)
  }

  #die(end: Extract<TransactionEnd, { type: 'died' }>): void {
    const { failWaiting, failAll, emit } = this.#context
    failWaiting(end.error)
    failAll(end.error)
    if (!this.#ending.signal.aborted) emit({ type: 'transactions-over', error: end.error })
    this.#tellWaiting(over(end.error))
    this.#ended(end)
  }

  #tellWaiting(error: KafkaError | undefined): void {
    for (const tell of this.#waiting.splice(0)) tell(error)
  }

  #tell({ producerId, producerEpoch }: ProducerIdentity): void {
    this.#context.emit({ type: 'producer-id', id: producerId, epoch: producerEpoch })
  }
}

/** Of Produce: newer ones make partitions part of the transaction by themselves. */
const lastWithoutV2 = 11

/** Why none can begin. */
const stillOpen: Readonly<Record<Exclude<TransactionPhase, 'ready' | 'fatal'>, string>> = {
  uninitialised: 'the producer is not initialised',
  initialising: 'the producer is being initialised',
  open: 'a transaction is open: commit or abort it first',
  flushing: 'a transaction is being committed: wait for its commit',
  committing: 'a transaction is being committed: wait for its commit',
  failed: 'a transaction has failed: abort it first',
  landing: 'a transaction is being aborted: wait for that',
  aborting: 'a transaction is being aborted: wait for that',
  renewing: 'a transaction is being aborted: wait for that',
}

function refusalOf(phase: TransactionPhase, error: KafkaError | undefined): KafkaError {
  return phase === 'fatal'
    ? over(error!)
    : new TransactionAbortedError('the transaction is being aborted', error)
}

/** What every call fails with when nothing can be done any more. */
function over(error: KafkaError): KafkaError {
  if (error instanceof FencedError || error instanceof ClosedError || error instanceof TransactionStateError)
    return error
  return new TransactionStateError(
    `the producer begins no more transactions, make a new one: ${error.message}`,
    error,
  )
}

function ignored(): void {}
