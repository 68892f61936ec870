import { seededRandom, type Random } from '../../src/kernel'
import type { ChoosePartition, Partitioner, TopicView } from '../../src/partitioners'

/** A topic whose brokers take what waits at a pace of their own. */
export class SimulatedTopic implements TopicView {
  readonly random: Random
  partitions: readonly number[]
  readonly taken: number[]
  readonly waiting: number[]
  readonly leaderless = new Set<number>()
  readonly gathering = new Set<number>()
  /** Partitions that were looked at. */
  looks = 0

  constructor(partitions: number, seed = 1) {
    this.random = seededRandom(seed)
    this.partitions = [...Array(partitions).keys()]
    this.taken = this.partitions.map(() => 0)
    this.waiting = this.partitions.map(() => 0)
  }

  takenBytes(partition: number): number {
    return this.taken[partition] ?? 0
  }

  waitingBytes(partition: number): number {
    this.looks++
    return this.waiting[partition]!
  }

  isGathering(partition: number): boolean {
    return this.gathering.has(partition)
  }

  isAvailable(partition: number): boolean {
    return !this.leaderless.has(partition)
  }

  /** A chooser for calls here: by size in bytes, and key. */
  caller(partitioner: Partitioner): (bytes: number, key?: string) => number {
    const choose: ChoosePartition = partitioner.forTopic('orders', this)
    return (bytes, key) => {
      const partition = choose(key === undefined ? null : Buffer.from(key), this.partitions)
      this.taken[partition]! += bytes
      this.waiting[partition]! += bytes
      return partition
    }
  }

  /** The brokers take so much of each partition. */
  drain(bytes: (partition: number) => number): void {
    for (const partition of this.partitions)
      this.waiting[partition] = Math.max(0, this.waiting[partition]! - bytes(partition))
  }

  /** News of the cluster: the same partitions in another array, or others. */
  news(partitions = this.partitions): void {
    this.partitions = [...partitions]
    for (const partition of partitions) {
      this.taken[partition] ??= 0
      this.waiting[partition] ??= 0
    }
  }

  /** What each partition got since then, as a multiple of an equal share. */
  shares(since: readonly number[] = []): number[] {
    const got = this.taken.map((bytes, partition) => bytes - (since[partition] ?? 0))
    const sum = got.reduce((all, bytes) => all + bytes, 0)
    return got.map(bytes => (bytes * got.length) / sum)
  }
}
