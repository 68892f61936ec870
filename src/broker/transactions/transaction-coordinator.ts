import type { Timer, TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import { LiveTransactions, type LiveTransactionsContext } from './live-transactions'
import type { TransactionSettings } from './settings'
import type { ProducerIdentity, Transaction } from './transaction'
import type { EndEvent, InitEvent, TransactionAnswer } from './transaction-event'

export type InitQuestion = Omit<InitEvent, 'type' | 'newProducerId'>
export type EndQuestion = Omit<EndEvent, 'type' | 'newProducerId'>

/**
 * The transaction coordinators of all brokers: which of them a transactional id belongs to is decided by who calls.
 * Everything is answered at once; the markers of an end are written a moment later.
 */
export class TransactionCoordinator {
  readonly #context: LiveTransactionsContext
  readonly #transactions: LiveTransactions
  #timingOut: Timer | undefined
  #expiring: Timer | undefined

  constructor(context: LiveTransactionsContext) {
    this.#context = context
    this.#transactions = new LiveTransactions(context)
  }

  get settings(): TransactionSettings {
    return this.#context.settings()
  }

  /** An id and an epoch for a producer. */
  init(transactionalId: string, question: InitQuestion): TransactionAnswer {
    const newProducerId = this.#context.around.nextProducerId(transactionalId)
    const answer = this.#transactions.apply(transactionalId, { type: 'init', ...question, newProducerId })
    this.#expireLater()
    return answer
  }

  /** Makes partitions part of a transaction. */
  add(transactionalId: string, producer: ProducerIdentity, partitions: readonly TopicPartition[]): ErrorName {
    const { error } = this.#transactions.apply(transactionalId, { type: 'add', ...producer, partitions })
    this.#timeOutLater()
    return error
  }

  /** Why a partition may not be written to, though nobody has written to it in this transaction; NONE if it may. */
  verify(transactionalId: string, producer: ProducerIdentity, partition: TopicPartition): ErrorName {
    return this.#transactions.apply(transactionalId, { type: 'verify', ...producer, partition }).error
  }

  /** Commits or aborts. */
  end(transactionalId: string, question: EndQuestion): TransactionAnswer {
    const newProducerId = this.#context.around.nextProducerId(transactionalId)
    return this.#transactions.apply(transactionalId, { type: 'end', ...question, newProducerId })
  }

  /** undefined if there is no such. */
  get(transactionalId: string): Transaction | undefined {
    const transaction = this.#transactions.get(transactionalId)
    return transaction.state === 'Dead' ? undefined : transaction
  }

  all(): readonly Transaction[] {
    return this.#transactions.all()
  }

  #timeOutLater(): void {
    this.#timingOut ??= this.#context.clock.after(this.settings.timeoutCheckMs, () => {
      this.#timingOut = undefined
      const ongoing = this.all().filter(({ state }) => state === 'Ongoing')
      for (const { transactionalId } of ongoing) this.#timeOut(transactionalId)
      if (ongoing.length > 0) this.#timeOutLater()
    })
  }

  #timeOut(transactionalId: string): void {
    const { around } = this.#context
    if (around.coordinatorEpoch(transactionalId) === undefined) return
    const newProducerId = around.nextProducerId(transactionalId)
    this.#transactions.apply(transactionalId, { type: 'timeout', newProducerId })
  }

  #expireLater(): void {
    this.#expiring ??= this.#context.clock.after(this.settings.expirationCheckMs, () => {
      this.#expiring = undefined
      for (const { transactionalId } of this.all())
        this.#transactions.apply(transactionalId, { type: 'expiry' })
      if (this.#transactions.size > 0) this.#expireLater()
    })
  }
}
