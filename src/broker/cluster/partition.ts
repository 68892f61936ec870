import type { PartitionLog } from '../log'
import type { PartitionImage } from './image'
import { eligibleAfter } from './eligible-leaders'
import type { Leadership } from './leadership'
import type { Reassignment } from './reassignment'
import type { TopicSettings } from './topic-settings'

/** What a partition knows of its topic. */
interface PartitionTopic {
  readonly name: string
}

interface NewPartition {
  /** The preferred leader first. */
  readonly replicas: readonly number[]
  /** The brokers that run. */
  readonly alive: readonly number[]
  readonly settings: () => TopicSettings
  readonly log: PartitionLog
  /** Whether there are eligible leader replicas (KIP-966): `eligible.leader.replicas.version` 1. */
  readonly hasEligibleLeaders: boolean
}

/** One partition: who leads it, and its log, which all its replicas share. */
export class Partition {
  readonly topic: PartitionTopic
  readonly index: number
  readonly log: PartitionLog
  replicas: readonly number[]
  /** Replicas in sync: those whose broker runs. */
  isr: readonly number[]
  /** Replicas that may lead besides; there are none while enough are in sync. */
  eligible: readonly number[] = []
  /** Who led last, where nobody does. */
  lastKnown: readonly number[] = []
  /** -1 while there is none. */
  leader: number
  leaderEpoch = 0
  /** The move to other brokers that goes on: it waits for one that is down. */
  moving: Reassignment | undefined
  /** Where the high watermark stands still; undefined while it moves. */
  #standsAt: bigint | undefined
  readonly #settings: () => TopicSettings
  readonly #hasEligibleLeaders: boolean
  readonly #watchers = new Set<() => void>()

  constructor(topic: PartitionTopic, index: number, setup: NewPartition) {
    const { replicas, alive, settings, log, hasEligibleLeaders } = setup
    this.topic = topic
    this.index = index
    this.replicas = replicas
    this.isr = replicas.filter(id => alive.includes(id))
    this.leader = this.isr[0] ?? -1
    this.#settings = settings
    this.#hasEligibleLeaders = hasEligibleLeaders
    this.log = log
    if (this.leader !== -1) log.beginEpoch(this.leaderEpoch)
  }

  /** What its topic is set to, as its leader has it. */
  get settings(): TopicSettings {
    return this.#settings()
  }

  /** How many have to be in sync for acks -1, and for the high watermark to move. */
  get neededInSync(): number {
    const { minInsyncReplicas } = this.settings
    return this.#hasEligibleLeaders ? Math.min(minInsyncReplicas, this.replicas.length) : minInsyncReplicas
  }

  /**
   * What consumers may read up to. The log is shared, so that whatever is written is replicated; but with fewer in sync
   * than `min.insync.replicas` it stands still (KIP-966).
   */
  get highWatermark(): bigint {
    const { endOffset } = this.log
    return this.#standsAt === undefined || this.#standsAt > endOffset ? endOffset : this.#standsAt
  }

  /** What `read_committed` may read up to. */
  get lastStableOffset(): bigint {
    return this.log.lastStableOffset(this.highWatermark)
  }

  /** A new leader (-1 for none), in a new epoch. */
  elect(to: Leadership): void {
    this.#setInSync(to.isr)
    this.leader = to.leader
    this.leaderEpoch++
    // Nobody writes in an epoch without a leader.
    if (to.leader !== -1) this.log.beginEpoch(this.leaderEpoch)
    this.changed()
  }

  /** Others are in sync with the same leader. */
  follow({ isr }: Leadership): void {
    this.#setInSync(isr)
    this.changed()
  }

  /**
   * `min.insync.replicas` was altered: who was eligible by the old one is so no more. As in Kafka a high watermark that
   * stood still moves on with the next record only.
   */
  minInSyncAltered(): void {
    this.eligible = this.lastKnown = []
    if (this.#isShort) this.#standsAt ??= this.log.endOffset
  }

  #setInSync(isr: readonly number[]): void {
    if (this.#hasEligibleLeaders) {
      const { eligible, lastKnown } = eligibleAfter(this, isr, this.neededInSync)
      this.eligible = eligible
      this.lastKnown = lastKnown
    }
    // Without others that are eligible the last one remains in sync, though he is gone.
    if (this.#hasEligibleLeaders || isr.length > 0) this.isr = isr
    if (this.#isShort) this.#standsAt ??= this.log.endOffset
  }

  /** Too few are in sync for the high watermark to move. */
  get #isShort(): boolean {
    return this.#hasEligibleLeaders && this.isr.length < this.neededInSync
  }

  /** Calls back whenever records or the leader change; answers how to stop that. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => void this.#watchers.delete(listener)
  }

  /** Tells the watchers. */
  changed(): void {
    if (!this.#isShort) this.#standsAt = undefined
    for (const listener of [...this.#watchers]) listener()
  }

  image(isUp: (broker: number) => boolean): PartitionImage {
    const { index, leader, leaderEpoch, replicas, isr, eligible, lastKnown } = this
    const offline = replicas.filter(id => !isUp(id))
    return { index, leader, leaderEpoch, replicas, isr, eligible, lastKnown, offline }
  }
}
