import { afterBatch, afterMarker, type ProducerState, type TransactionMarker } from './producer-state'
import type { SequencedBatch } from './sequenced-batch'
import type { StoredBatch } from './stored-batch'

/** `producer.id.expiration.ms`: one day. */
const defaultProducerExpirationMs = 86_400_000

/**
 * What a log knows of the producers that write to it, by producer id. It is kept when their records are deleted
 * (KIP-360).
 */
export class ProducerStates implements Iterable<ProducerState> {
  readonly #byId = new Map<bigint, ProducerState>()

  get size(): number {
    return this.#byId.size
  }

  get(producerId: bigint): ProducerState | undefined {
    return this.#byId.get(producerId)
  }

  /** A batch was appended: the next ones of its producer are judged by it. */
  remember(producer: SequencedBatch, batch: StoredBatch): void {
    this.#byId.set(producer.producerId, afterBatch(this.get(producer.producerId), producer, batch))
  }

  /** A transaction's end was appended. */
  endTransaction(marker: TransactionMarker, batch: StoredBatch): void {
    this.#byId.set(marker.producerId, afterMarker(this.get(marker.producerId), marker, batch))
  }

  /** Forgets one producer, or all of them. */
  forget(producerId?: bigint): void {
    if (producerId === undefined) this.#byId.clear()
    else this.#byId.delete(producerId)
  }

  /** Forgets those that wrote nothing for so long, by the times of their records. Kafka looks every ten minutes. */
  expire(now: number, expirationMs = defaultProducerExpirationMs): void {
    const newestToForget = BigInt(now - expirationMs)
    for (const { producerId, lastTimestamp } of this)
      if (lastTimestamp <= newestToForget) this.forget(producerId)
  }

  [Symbol.iterator](): Iterator<ProducerState> {
    return this.#byId.values()
  }
}
