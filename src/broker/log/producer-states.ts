import { rememberedBatches, type ProducerState, type RememberedBatch } from './producer-state'
import type { SequencedBatch } from './sequence'

/** `producer.id.expiration.ms`: one day. */
export const defaultProducerExpirationMs = 86_400_000

/** What a log knows of the producers that write to it, by producer id. */
export class ProducerStates implements Iterable<ProducerState> {
  readonly #byId = new Map<bigint, ProducerState>()

  get size(): number {
    return this.#byId.size
  }

  get(producerId: bigint): ProducerState | undefined {
    return this.#byId.get(producerId)
  }

  /** A batch was appended: the next ones of its producer are judged by it. */
  remember({ producerId, producerEpoch }: SequencedBatch, batch: RememberedBatch): void {
    const known = this.#byId.get(producerId)
    const earlier = known?.epoch === producerEpoch ? known.batches : []
    this.#byId.set(producerId, {
      producerId,
      epoch: producerEpoch,
      coordinatorEpoch: known?.coordinatorEpoch ?? -1,
      lastTimestamp: batch.timestamp,
      batches: [...earlier.slice(1 - rememberedBatches), batch],
    })
  }

  /** Forgets one producer, or all of them. */
  forget(producerId?: bigint): void {
    if (producerId === undefined) this.#byId.clear()
    else this.#byId.delete(producerId)
  }

  /** Forgets the producers whose latest batch is as old as that, by the time of its records. */
  expire(now: number, expirationMs = defaultProducerExpirationMs): void {
    const oldest = BigInt(now - expirationMs)
    for (const { producerId, lastTimestamp } of this) if (lastTimestamp <= oldest) this.forget(producerId)
  }

  [Symbol.iterator](): Iterator<ProducerState> {
    return this.#byId.values()
  }
}
