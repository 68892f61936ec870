import {
  asKafkaError,
  BufferFullError,
  ClosedError,
  TransactionStateError,
  type Bytes,
  type KafkaError,
  type TopicPartition,
} from '../../kernel'
import { Deferred, type Delivery } from '../../deferred'
import type { IdentitySource, ProducerIdentity } from '../identity'
import type { OutgoingMessage } from '../outgoing'
import type { Receipt } from '../receipt'
import { sendAllOf } from '../send-all'
import type { SendAllContext } from '../send-all-row'
import type { SendAll } from '../send-all-types'
import type { BatchGate } from '../sender-context'
import type { ReadyGroup, ReadyOffset } from './offsets'
import { runTransaction, type TransactionWork } from './run-transaction'
import { OpenTransaction, type Transaction, type TransactionHost } from './transaction'
import { TransactionMachine, type MachineContext } from './transaction-machine'
import { notReady, over, tooLate } from './transaction-refusals'
import { isSending } from './transaction-state'
import { sendVerdict } from './transaction-verdict'

/** What transactions need of the producer that they are of. */
interface TransactionsContext<Value> extends MachineContext {
  /** Takes messages in; throws what is wrong with them. */
  readonly one: (message: OutgoingMessage<Value>) => Delivery<Receipt>
  readonly many: (topic: string, key: Bytes | null | undefined, values: readonly Value[]) => Delivery<Receipt>
  readonly refuse: (error: unknown) => Delivery<Receipt>
  readonly sendAll: () => SendAllContext<Value>
}

/** Of Produce: newer ones make partitions part of the transaction by themselves. */
const lastWithoutV2 = 11

/** The transactions of one producer, one at a time: what its user, its batches and its sender may ask of them. */
export class Transactions<Value> implements IdentitySource, BatchGate, TransactionHost<Value> {
  readonly isOn = true
  readonly #context: TransactionsContext<Value>
  readonly #machine: TransactionMachine
  /** Offsets are sent one after the other, so that none goes back. */
  #offsets = Promise.resolve()
  /** Why a batch came back last. */
  #lastError: KafkaError | undefined

  constructor(context: TransactionsContext<Value>) {
    this.#context = context
    this.#machine = new TransactionMachine(context)
  }

  /** Gets an identity, which ends that of every older producer of the transactional id, with what it had begun. */
  initialise(): Deferred<void> {
    return Deferred.from<void>('initTransactions', () => this.#initialised()).start()
  }

  begin(): Deferred<Transaction<Value>> {
    return Deferred.from<Transaction<Value>>('begin', () => this.#begin()).start()
  }

  run<T>(work: TransactionWork<T, Value>): Deferred<T> {
    return runTransaction(() => this.#begin(), work)
  }

  /** Aborts what is open, and resolves when nothing goes on. */
  async close(): Promise<void> {
    const { current } = this.#machine
    if (!current) return
    this.#machine.reduce({ type: 'abort', error: new ClosedError('Producer') })
    await current.end
  }

  /** Nothing is asked any more; what has no outcome fails with this. */
  stop(error: KafkaError): void {
    this.#machine.stop(error)
  }

  one(by: OpenTransaction<Value>, message: OutgoingMessage<Value>): Delivery<Receipt> {
    return this.#send(by, () => this.#context.one(message))
  }

  many(
    by: OpenTransaction<Value>,
    topic: string,
    key: Bytes | null | undefined,
    values: readonly Value[],
  ): Delivery<Receipt> {
    return this.#send(by, () => this.#context.many(topic, key, values))
  }

  sendAll(by: OpenTransaction<Value>): SendAll<Value> {
    const part = {
      begun: () => {
        by.sendAlls++
      },
      failed: (error: unknown) => this.#incomplete(by, error),
      over: () => {
        by.sendAlls--
      },
    }
    return sendAllOf({ ...this.#context.sendAll(), take: message => this.#take(by, message), part })
  }

  offsets(
    by: OpenTransaction<Value>,
    read: () => readonly [ReadyGroup, readonly ReadyOffset[]],
  ): Promise<void> {
    const before = this.#offsets
    const sent = this.#machine.attempt(by, async () => {
      this.#check(by)
      const [group, offsets] = read()
      await before
      if (offsets.length > 0) await this.#sendOffsets(by, group, offsets)
    })
    this.#offsets = sent.catch(ignored)
    return sent
  }

  commit(by: OpenTransaction<Value>): void {
    if (by.sendAlls > 0)
      this.#incomplete(by, new TransactionStateError('a sendAll goes on: return it or wait for it to commit'))
    if (by === this.#machine.current) this.#machine.reduce({ type: 'commit' })
  }

  abort(by: OpenTransaction<Value>): void {
    if (by === this.#machine.current) this.#machine.reduce({ type: 'abort' })
  }

  /** Whom batches are stamped with. */
  get current(): ProducerIdentity | undefined {
    return this.#machine.state.identity
  }

  /** Batches never wait for an identity: a transaction has one before it begins. */
  get(): Promise<void> {
    return Promise.reject(new TransactionStateError('no transaction is open'))
  }

  renew(worn: ProducerIdentity): void {
    const error = this.#lastError ?? new TransactionStateError('a topic was created anew in the transaction')
    this.#machine.reduce({ type: 'worn', identity: worn, error })
  }

  admits(at: TopicPartition): boolean {
    if (!this.#machine.state.added.has(at)) this.#machine.reduce({ type: 'wanted', at })
    const { state } = this.#machine
    return isSending(state) && (state.isV2 || state.added.has(at))
  }

  get refusal(): KafkaError | undefined {
    return this.#machine.refusal
  }

  get maxProduceVersion(): number {
    return this.#machine.state.isV2 ? Infinity : lastWithoutV2
  }

  cameBack(error: KafkaError): void {
    this.#lastError = error
    if (sendVerdict(error) === 'fatal') this.failed(error)
  }

  /** A send has failed, listened to or not. */
  failed(error: KafkaError): void {
    this.#machine.failed(error, sendVerdict(error))
  }

  async #initialised(): Promise<void> {
    const { phase, error } = this.#machine.state
    if (phase === 'fatal') throw over(error!)
    if (phase !== 'uninitialised' && phase !== 'initialising') return
    const failure = await this.#machine.identified()
    if (failure) throw failure
  }

  async #begin(): Promise<OpenTransaction<Value>> {
    await this.#initialised()
    const { phase, error } = this.#machine.state
    if (phase === 'fatal') throw over(error!)
    if (phase !== 'ready') throw notReady(phase)
    this.#lastError = undefined
    return this.#machine.begin(new OpenTransaction(this))
  }

  #send(by: OpenTransaction<Value>, hand: () => Delivery<Receipt>): Delivery<Receipt> {
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

  #take(by: OpenTransaction<Value>, message: OutgoingMessage<Value>): Delivery<Receipt> {
    this.#check(by)
    try {
      return this.#context.one(message)
    } catch (error) {
      const refused = asKafkaError(error, 'send')
      // It may have room later.
      if (!(refused instanceof BufferFullError)) this.failed(refused)
      throw refused
    }
  }

  /** A `sendAll` does not send all. */
  #incomplete(by: OpenTransaction<Value>, error: unknown): void {
    if (by !== this.#machine.current) return
    const text = error instanceof Error ? error.message : String(error)
    const cause = new TransactionStateError(`tx.sendAll has not sent all of its source: ${text}`, error)
    this.#machine.failed(cause, 'abort')
  }

  /** Whether the transaction takes anything more. */
  #check(by: OpenTransaction<Value>): void {
    const { state, current, refusal } = this.#machine
    if (by === current && state.phase === 'open') return
    if (state.phase === 'fatal') throw over(state.error!)
    throw by === current && refusal ? refusal : tooLate(by !== current)
  }

  async #sendOffsets(
    by: OpenTransaction<Value>,
    group: ReadyGroup,
    offsets: readonly ReadyOffset[],
  ): Promise<void> {
    const { coordinator, state } = this.#machine
    const isWanted = (): boolean => this.#machine.isGoingOn(by)
    if (!isWanted()) this.#check(by)
    const { groupId } = group
    const identity = state.identity!
    this.#machine.reduce({ type: 'joined', groupId })
    if (!state.isV2) await coordinator.addOffsets(identity, groupId, isWanted)
    await coordinator.commitOffsets(identity, group, offsets, state.isV2, isWanted)
  }
}

function ignored(): void {}
