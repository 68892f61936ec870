import type { Clock, TopicPartition } from '../../kernel'
import { refused } from './reduced'
import type { TransactionRules } from './rules'
import type { TransactionSettings } from './settings'
import type { Surroundings } from './surroundings'
import { noProducerId, noTransaction, type Transaction } from './transaction'
import type { TransactionAnswer, TransactionEffect, TransactionEvent } from './transaction-event'

/** A transactional id that exists, and the end that is being written. */
interface LiveTransaction {
  transaction: Transaction
  unmarked: readonly TopicPartition[]
}

export interface LiveTransactionsContext {
  readonly clock: Clock
  /** Asked at each use, so that changes hold at once. */
  readonly settings: () => TransactionSettings
  readonly rules: TransactionRules
  readonly around: Surroundings
}

/** How soon a marker that could not be written is tried again, in ms. */
const retryMs = 20

/** Drives the rules: keeps the transactional ids, and writes the markers of what ends. */
export class LiveTransactions {
  readonly #context: LiveTransactionsContext
  readonly #live = new Map<string, LiveTransaction>()

  constructor(context: LiveTransactionsContext) {
    this.#context = context
  }

  get size(): number {
    return this.#live.size
  }

  /** Dead if there is none. */
  get(transactionalId: string): Transaction {
    return this.#live.get(transactionalId)?.transaction ?? noTransaction(transactionalId)
  }

  /** Those that exist. */
  all(): Transaction[] {
    return [...this.#live.values()].map(({ transaction }) => transaction)
  }

  apply(transactionalId: string, event: TransactionEvent): TransactionAnswer {
    const { clock, settings, rules, around } = this.#context
    const before = this.get(transactionalId)
    const { state, answer, effects } = rules(before, event, clock.now(), settings())
    if (state === before) return answer
    if (!around.canStore(transactionalId)) return refused(before, 'COORDINATOR_NOT_AVAILABLE').answer
    const newId = 'newProducerId' in event ? event.newProducerId : undefined
    if (newId !== undefined && hasTaken(state, newId)) around.takeProducerId(transactionalId)
    this.#keep(state)
    for (const effect of effects) this.#beginMarkers(transactionalId, effect)
    return answer
  }

  #keep(transaction: Transaction): void {
    const { transactionalId, state } = transaction
    const live = this.#live.get(transactionalId)
    if (state === 'Dead') this.#live.delete(transactionalId)
    else if (live) live.transaction = transaction
    else this.#live.set(transactionalId, { transaction, unmarked: [] })
  }

  #beginMarkers(transactionalId: string, effect: TransactionEffect): void {
    const live = this.#live.get(transactionalId)!
    live.unmarked = effect.partitions
    this.#writeIn(this.#context.settings().markerDelayMs, live, effect)
  }

  #writeIn(ms: number, live: LiveTransaction, effect: TransactionEffect): void {
    this.#context.clock.after(ms, () => this.#writeMarkers(live, effect))
  }

  /** Whatever cannot be written now, or by nobody, waits; the coordinator's epoch is that of whoever writes. */
  #writeMarkers(live: LiveTransaction, effect: TransactionEffect): void {
    const { around } = this.#context
    const { transactionalId } = live.transaction
    const coordinatorEpoch = around.coordinatorEpoch(transactionalId)
    if (coordinatorEpoch === undefined || !around.canStore(transactionalId))
      return this.#writeIn(retryMs, live, effect)
    const marker = { type: effect.result, ...effect.producer, coordinatorEpoch }
    live.unmarked = live.unmarked.filter(partition => !around.writeMarker(partition, marker))
    if (live.unmarked.length > 0) return this.#writeIn(retryMs, live, effect)
    this.apply(transactionalId, { type: 'marked' })
  }
}

function hasTaken({ producerId, nextProducerId }: Transaction, newId: bigint): boolean {
  return newId !== noProducerId && (producerId === newId || nextProducerId === newId)
}
