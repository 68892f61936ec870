import { abortController, asKafkaError, type KafkaError, type TopicPartition } from '../../kernel'
import type { ClientCore } from '../../client'
import type { Emit } from '../event'
import type { ProducerIdentity } from '../identity'
import { TransactionCoordinator } from './coordinator'
import { reduceTransaction } from './reduce-transaction'
import type { TransactionEnd } from './transaction'
import { lost } from './transaction-refusals'
import {
  isLost,
  isSending,
  noTransactions,
  type Members,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionState,
} from './transaction-state'
import { transactionError, transactionVerdict, type TransactionVerdict } from './transaction-verdict'

export interface MachineContext {
  readonly client: ClientCore
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  readonly emit: Emit
  /** Looks at all batches again. */
  readonly wake: () => void
  /** Sends what waits, and resolves when all that was accepted has ended, and no request is on its way. */
  readonly land: () => Promise<void>
  /** Fails what waits for its topic. */
  readonly failWaiting: (error: KafkaError) => void
  /** Fails everything that has no outcome. */
  readonly failAll: (error: KafkaError) => void
}

/** A transaction, as far as its state goes. */
interface Running {
  readonly end: Promise<TransactionEnd>
  /** It has ended. */
  ended(end: TransactionEnd): void
}

/** Does what `transaction-state` says, and tells it what came of that. */
export class TransactionMachine {
  readonly #context: MachineContext
  readonly #coordinator: TransactionCoordinator
  readonly #ending = abortController()
  #state = noTransactions
  #current: Running | undefined
  #refusal: KafkaError | undefined
  /** Who waits for an identity. */
  #waiting: ((error: KafkaError | undefined) => void)[] = []
  /** What coordinators are being asked, but for the end. */
  readonly #asking = new Set<Promise<void>>()

  constructor(context: MachineContext) {
    this.#context = context
    const unanswered = (): void => this.reduce({ type: 'unanswered' })
    this.#coordinator = new TransactionCoordinator({ ...context, unanswered, abandoned: this.#ending.signal })
  }

  get state(): TransactionState {
    return this.#state
  }

  get coordinator(): TransactionCoordinator {
    return this.#coordinator
  }

  /** The transaction that has not ended. */
  get current(): Running | undefined {
    return this.#current
  }

  /** Why nothing leaves any more. */
  get refusal(): KafkaError | undefined {
    return this.#refusal
  }

  /** Whether what belongs to this transaction is still worth the trouble. */
  isGoingOn(by: Running): boolean {
    return by === this.#current && isSending(this.#state)
  }

  /** To be called when `state` is ready. */
  begin<T extends Running>(transaction: T): T {
    this.#refusal = undefined
    this.#current = transaction
    this.reduce({ type: 'begin', isV2: this.#coordinator.isV2 })
    return transaction
  }

  /** Resolves when there is an identity, or with why there is none. */
  identified(): Promise<KafkaError | undefined> {
    const outcome = new Promise<KafkaError | undefined>(resolve => this.#waiting.push(resolve))
    this.reduce({ type: 'initialise' })
    return outcome
  }

  /** A send has failed, or something else without which there is no commit. */
  failed(error: KafkaError, verdict: TransactionVerdict): void {
    this.reduce({ type: 'failed', error: verdict === 'fatal' ? this.named(error) : error, verdict })
  }

  /** Something that the end of the transaction waits for, and without which there is no commit. */
  async attempt(by: Running, work: () => Promise<void>): Promise<void> {
    const outcome = work().catch((error: unknown) => {
      const failure = this.named(asKafkaError(error, 'transaction'))
      if (by === this.#current) this.failed(failure, transactionVerdict(failure))
      throw failure
    })
    const ended = outcome.catch(ignored)
    this.#asking.add(ended)
    await ended
    this.#asking.delete(ended)
    return outcome
  }

  /** Nothing is asked any more. */
  stop(error: KafkaError): void {
    this.reduce({ type: 'failed', error, verdict: 'fatal' })
    this.#ending.abort()
  }

  reduce(event: TransactionEvent): void {
    const { state, effects } = reduceTransaction(this.#state, event)
    this.#state = state
    if (isLost(state)) this.#refusal ??= lost(state.phase, state.error)
    for (const effect of effects) this.#apply(effect)
  }

  /** The error by the name that a user looks for. */
  named(error: KafkaError): KafkaError {
    return transactionError(error, this.#context.transactionalId)
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
        return void client.settings.clock.soon(() => this.reduce({ type: 'gathered' }))
      case 'add-partitions':
        return void this.#add(this.#current!, effect.partitions).catch(ignored)
      case 'wake':
        return wake()
      case 'give-up':
        failWaiting(this.#refusal!)
        return wake()
      case 'land':
        return void this.#land(this.#current!)
      case 'end':
        return void this.#end(effect.commit)
      case 'fence':
        return void this.#fence(effect.members)
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
      this.reduce({ type: 'identified', identity })
    } catch (thrown) {
      const error = this.named(asKafkaError(thrown, 'InitProducerId'))
      // What is worth asking again has been asked again: what is left, but for lack of time, nobody mends.
      this.reduce({ type: 'unidentified', error, verdict: error.retriable ? 'abort' : 'fatal' })
    }
  }

  async #fence({ partitions, groups }: Members): Promise<void> {
    try {
      await this.#coordinator.fence(this.#state.identity!, [...partitions], [...groups])
      this.reduce({ type: 'fenced' })
    } catch (thrown) {
      const error = this.named(asKafkaError(thrown, 'EndTxn'))
      this.reduce({ type: 'not-fenced', error, verdict: error.retriable ? 'abort' : 'fatal' })
    }
  }

  #add(by: Running, partitions: readonly TopicPartition[]): Promise<void> {
    return this.attempt(by, async () => {
      try {
        const isWanted = (): boolean => this.isGoingOn(by)
        await this.#coordinator.addPartitions(this.#state.identity!, partitions, isWanted)
        this.reduce({ type: 'added' })
      } catch (error) {
        this.reduce({ type: 'not-added' })
        throw error
      }
    })
  }

  /** What has no answer, though its outcome may have been told, might still become part of the transaction. */
  async #land(by: Running): Promise<void> {
    await this.#context.land()
    while (this.#asking.size > 0) await Promise.all(this.#asking)
    if (by === this.#current) this.reduce({ type: 'landed' })
  }

  async #end(commit: boolean): Promise<void> {
    let isUnsure = false
    const unsure = (): void => void (isUnsure = true)
    const { identity, isV2 } = this.#state
    try {
      const next = await this.#coordinator.end(identity!, commit, isV2, unsure)
      if (next) this.#tell(next)
      this.reduce({ type: 'ended', identity: next })
    } catch (thrown) {
      const error = this.named(asKafkaError(thrown, 'EndTxn'))
      this.reduce({ type: 'not-ended', error, verdict: transactionVerdict(error), isUnknown: isUnsure })
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
    this.#tellWaiting(end.error)
    this.#ended(end)
  }

  #tellWaiting(error: KafkaError | undefined): void {
    for (const tell of this.#waiting.splice(0)) tell(error)
  }

  #tell({ producerId, producerEpoch }: ProducerIdentity): void {
    this.#context.emit({ type: 'producer-id', id: producerId, epoch: producerEpoch })
  }
}

function ignored(): void {}
