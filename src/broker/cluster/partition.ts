import type { PartitionLog } from '../log'
import type { PartitionImage } from './image'
import type { Leadership } from './leadership'
import type { Reassignment } from './reassignment'
import type { TopicSettings } from './topic-settings'

/** What a partition knows of its topic. */
export interface PartitionTopic {
  readonly name: string
  readonly settings: TopicSettings
}

interface NewPartition {
  /** The preferred leader first. */
  readonly replicas: readonly number[]
  /** The brokers that run. */
  readonly alive: readonly number[]
  readonly log: PartitionLog
}

/** One partition: who leads it, and its log, which all its replicas share. */
export class Partition {
  readonly topic: PartitionTopic
  readonly index: number
  readonly log: PartitionLog
  replicas: readonly number[]
  /** Replicas in sync: those whose broker runs, and at the end of all the last one that did. */
  isr: readonly number[]
  /** Who may lead though nobody is in sync. */
  elr: readonly number[] = []
  /** -1 while there is none. */
  leader: number
  leaderEpoch = 0
  /** The move to other brokers that goes on: it waits for one that is down. */
  moving: Reassignment | undefined
  readonly #watchers = new Set<() => void>()

  constructor(topic: PartitionTopic, index: number, { replicas, alive, log }: NewPartition) {
    this.topic = topic
    this.index = index
    this.replicas = replicas
    this.isr = replicas.filter(id => alive.includes(id))
    this.leader = this.isr[0] ?? -1
    this.log = log
    log.beginEpoch(this.leaderEpoch)
  }

  /** What consumers may read up to. The log is shared, so that whatever is written is replicated. */
  get highWatermark(): bigint {
    return this.log.endOffset
  }

  /** A new leader (-1 for none), in a new epoch. */
  elect({ leader, isr, elr }: Leadership): void {
    this.settle({ isr, elr })
    this.leader = leader
    this.leaderEpoch++
    this.log.beginEpoch(this.leaderEpoch)
    this.changed()
  }

  /** The same leader in the same epoch, with others in sync. */
  settle({ isr, elr }: Omit<Leadership, 'leader'>): void {
    this.isr = isr
    this.elr = elr
  }

  /** Calls back whenever records or the leader change; answers how to stop that. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => void this.#watchers.delete(listener)
  }

  /** Tells the watchers. */
  changed(): void {
    for (const listener of [...this.#watchers]) listener()
  }

  image(isUp: (broker: number) => boolean): PartitionImage {
    const { index, leader, leaderEpoch, replicas, isr, elr } = this
    return { index, leader, leaderEpoch, replicas, isr, elr, offline: replicas.filter(id => !isUp(id)) }
  }
}
