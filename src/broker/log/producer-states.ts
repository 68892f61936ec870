import { afterBatch, afterMarker, type ProducerState, type TransactionMarker } from './producer-state'
import type { SequencedBatch } from './sequenced-batch'
import type { StoredBatch } from './stored-batch'
import { TransactionIndex } from './transaction-index'
import { verificationOf, type Verification } from './verification'

/** `producer.id.expiration.ms`: one day. */
const defaultProducerExpirationMs = 86_400_000

/**
 * What a log knows of the producers that write to it, by producer id. It is kept when their records are deleted
 * (KIP-360).
 */
export class ProducerStates implements Iterable<ProducerState> {
  /** Where their transactions are. */
  readonly transactions = new TransactionIndex()
  readonly #byId = new Map<bigint, ProducerState>()
  readonly #verifications = new Map<bigint, Verification>()

  get size(): number {
    return this.#byId.size
  }

  get(producerId: bigint): ProducerState | undefined {
    return this.#byId.get(producerId)
  }

  /**
   * Whether the transaction begins here with this batch, so that it has to be verified first (KIP-890). What is of an
   * older epoch will be refused anyway.
   */
  begins({ producerId, producerEpoch }: SequencedBatch): boolean {
    const known = this.get(producerId)
    if (known === undefined || known.epoch < producerEpoch) return true
    return known.epoch === producerEpoch && known.transactionStart === undefined
  }

  /** A batch that begins a transaction is about to be verified. */
  beginVerification(batch: SequencedBatch, bumpsEpochs: boolean): void {
    const { producerId } = batch
    this.#verifications.set(producerId, verificationOf(this.verificationOf(producerId), batch, bumpsEpochs))
  }

  verificationOf(producerId: bigint): Verification | undefined {
    return this.#verifications.get(producerId)
  }

  /** A batch was appended: the next ones of its producer are judged by it. */
  remember(producer: SequencedBatch, batch: StoredBatch): void {
    const { producerId, isTransactional } = producer
    const known = this.get(producerId)
    this.#byId.set(producerId, afterBatch(known, producer, batch))
    if (!isTransactional) return
    this.#verifications.delete(producerId)
    if (known?.transactionStart === undefined) this.transactions.begin(producerId, batch.baseOffset)
  }

  /** A transaction's end was appended. */
  endTransaction(marker: TransactionMarker, batch: StoredBatch): void {
    const { producerId, type } = marker
    this.#byId.set(producerId, afterMarker(this.get(producerId), marker, batch))
    this.#verifications.delete(producerId)
    this.transactions.end(type, producerId, batch.lastOffset)
  }

  /** Forgets one producer, or all of them; but none whose transaction goes on, as in Kafka. */
  forget(producerId?: bigint): void {
    const ids = producerId === undefined ? [...this.#byId.keys()] : [producerId]
    for (const id of ids) if (this.get(id)?.transactionStart === undefined) this.#byId.delete(id)
  }

  /** Of each producer's batches only the last is remembered, as in a snapshot. */
  forgetBatches(): void {
    for (const [id, state] of this.#byId) this.#byId.set(id, { ...state, batches: state.batches.slice(-1) })
  }

  /** Forgets those that wrote nothing for so long, by the times of their records. */
  expire(now: number, expirationMs = defaultProducerExpirationMs): void {
    const newestToForget = BigInt(now - expirationMs)
    for (const { producerId, lastTimestamp } of this)
      if (lastTimestamp <= newestToForget) this.forget(producerId)
  }

  /** Lets go of states, whatever goes on, to make them anew. */
  drop(producerIds: ReadonlySet<bigint>): void {
    for (const id of producerIds) this.#byId.delete(id)
  }

  [Symbol.iterator](): Iterator<ProducerState> {
    return this.#byId.values()
  }
}
