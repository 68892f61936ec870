import type { TopicPartition } from '../../kernel'
import type { CommittedOffset } from './committed-offset'

/** An offset that an open transaction has set, and when, as a number that grows. */
interface PendingOffset {
  readonly committed: CommittedOffset
  readonly turn: number
}

type Pending = TopicPartition & PendingOffset

/** The offsets of one group that open transactions have set, by producer. */
export class PendingOffsets {
  readonly #byProducer = new Map<bigint, Pending[]>()

  get isEmpty(): boolean {
    return this.#byProducer.size === 0
  }

  has({ topic, partition }: TopicPartition): boolean {
    return [...this.#byProducer.values()].some(all =>
      all.some(one => one.partition === partition && one.topic === topic),
    )
  }

  /** In the place of what the same transaction has set before. */
  set(producerId: bigint, { topic, partition }: TopicPartition, pending: PendingOffset): void {
    const others = (this.#byProducer.get(producerId) ?? []).filter(
      one => one.partition !== partition || one.topic !== topic,
    )
    this.#byProducer.set(producerId, [...others, { topic, partition, ...pending }])
  }

  /** Takes out those of one producer, whose transaction is over. */
  take(producerId: bigint): readonly Pending[] {
    const taken = this.#byProducer.get(producerId) ?? []
    this.#byProducer.delete(producerId)
    return taken
  }

  delete({ topic, partition }: TopicPartition): void {
    this.#keep(one => one.partition !== partition || one.topic !== topic)
  }

  deleteTopic(topic: string): void {
    this.#keep(one => one.topic !== topic)
  }

  #keep(isKept: (pending: Pending) => boolean): void {
    for (const [producerId, all] of [...this.#byProducer]) {
      const kept = all.filter(isKept)
      if (kept.length > 0) this.#byProducer.set(producerId, kept)
      else this.#byProducer.delete(producerId)
    }
  }
}
