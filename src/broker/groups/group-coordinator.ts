import type { Clock, Random, TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { CommittedOffset } from './committed-offset'
import { describeGroup, listGroup, viewGroup } from './describe'
import type { DescribedGroup, GroupFilter, GroupView, ListedGroup } from './describe'
import type { Answers, CommitEvent, GroupEvent, HeartbeatEvent, JoinAnswer, JoinEvent } from './group-event'
import type { LeaveAnswer, LeaveEvent, SyncAnswer, SyncEvent } from './group-event'
import { LiveGroups } from './live-groups'
import { newMemberId } from './member-id'
import { CommittedOffsets, storeOffsets } from './offsets'
import type { OffsetToCommit, StoredOffset } from './offsets'
import { defaultGroupRules, type GroupRules } from './rules'
import { defaultGroupSettings, type GroupSettings } from './settings'
import { isSubscribed } from './subscribed-topics'

interface InGroup {
  readonly groupId: string
}

export type JoinGroupQuestion = InGroup & Omit<JoinEvent, 'type' | 'request' | 'newMemberId'>
export type SyncGroupQuestion = InGroup & Omit<SyncEvent, 'type' | 'request'>
export type HeartbeatQuestion = InGroup & Omit<HeartbeatEvent, 'type' | 'request'>
export type LeaveGroupQuestion = InGroup & Omit<LeaveEvent, 'type' | 'request'>
export type CommitQuestion = InGroup &
  Omit<CommitEvent, 'type' | 'request' | 'isTransactional'> & {
    /** Whose transaction the offsets are part of; by default they count at once. */
    readonly producerId?: bigint
    readonly offsets: readonly OffsetToCommit[]
    /** How long to keep them, ms; null takes the setting. */
    readonly retentionMs: number | null
  }

export interface DeleteOffsetsAnswer {
  readonly error: ErrorName
  readonly partitions: readonly ErrorName[]
}

export interface GroupCoordinatorOptions {
  readonly clock: Clock
  readonly random: Random
  /** What differs from `defaultGroupSettings`. */
  readonly settings?: Partial<GroupSettings>
  /** What events make of groups; a test may give rules with a defect, to see that it is noticed. */
  readonly rules?: GroupRules
}

/**
 * The group coordinators of all brokers: which of them a group belongs to is decided by who calls. JoinGroup and
 * SyncGroup may be answered much later. A connection that goes away changes nothing here: a member goes by its
 * timers, as in Kafka.
 */
export class GroupCoordinator {
  readonly #clock: Clock
  readonly #random: Random
  readonly settings: GroupSettings
  readonly #groups: LiveGroups
  readonly #inZooKeeper = new Map<string, CommittedOffsets>()

  constructor({ clock, random, settings = {}, rules = defaultGroupRules }: GroupCoordinatorOptions) {
    this.#clock = clock
    this.#random = random
    this.settings = { ...defaultGroupSettings, ...settings }
    this.#groups = new LiveGroups({ clock, settings: this.settings, rules })
  }

  join({ groupId, ...question }: JoinGroupQuestion): Promise<JoinAnswer> {
    const made = newMemberId(question.clientId, question.instanceId, this.#random)
    return this.#ask('joined', groupId, request => ({
      type: 'join',
      request,
      newMemberId: made,
      ...question,
    }))
  }

  sync({ groupId, ...question }: SyncGroupQuestion): Promise<SyncAnswer> {
    return this.#ask('synced', groupId, request => ({ type: 'sync', request, ...question }))
  }

  heartbeat({ groupId, ...question }: HeartbeatQuestion): Promise<ErrorName> {
    return this.#ask('answered', groupId, request => ({ type: 'heartbeat', request, ...question }))
  }

  leave({ groupId, ...question }: LeaveGroupQuestion): Promise<LeaveAnswer> {
    return this.#ask('left', groupId, request => ({ type: 'leave', request, ...question }))
  }

  /** How each partition fared, in their order. */
  commit({
    groupId,
    producerId,
    offsets,
    retentionMs,
    ...who
  }: CommitQuestion): Promise<readonly ErrorName[]> {
    const settings = this.settings
    const isTransactional = producerId !== undefined
    return new Promise(resolve => {
      const eventOf = (request: number) => ({ type: 'commit' as const, request, isTransactional, ...who })
      this.#groups.ask('answered', groupId, eventOf, error => {
        if (error !== 'NONE') return resolve(offsets.map(() => error))
        const stored = this.#groups.offsetsOf(groupId)
        const kept = isTransactional ? stored.pendingOf(producerId) : stored
        resolve(storeOffsets(kept, offsets, this.#clock.now(), { retentionMs, settings }))
      })
    })
  }

  /** What is committed for these partitions; undefined where nothing is. */
  fetchOffsets(groupId: string, partitions: readonly TopicPartition[]): (CommittedOffset | undefined)[] {
    const offsets = this.#groups.offsetsOf(groupId)
    return partitions.map(partition => offsets.get(partition))
  }

  /** All that is committed. */
  fetchAllOffsets(groupId: string): readonly StoredOffset[] {
    return this.#groups.offsetsOf(groupId).all()
  }

  /** Of these partitions those that an open transaction has offsets for (KIP-447). */
  unstable<T extends TopicPartition>(groupId: string, partitions: readonly T[]): T[] {
    const offsets = this.#groups.offsetsOf(groupId)
    return partitions.filter(partition => offsets.isUnstable(partition))
  }

  /** A producer's transaction ends, and with it what it has set in these groups: that counts from now on, or never. */
  endTransaction(isConcerned: (groupId: string) => boolean, producerId: bigint, isCommitted: boolean): void {
    for (const groupId of this.#groups.ids())
      if (isConcerned(groupId)) this.#groups.offsetsOf(groupId).endTransaction(producerId, isCommitted)
  }

  /** An error for the group as a whole, or how each partition fared, in their order. */
  deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<DeleteOffsetsAnswer> {
    return new Promise(resolve => {
      const eventOf = (request: number) => ({ type: 'delete-offsets' as const, request })
      this.#groups.ask('answered', groupId, eventOf, error =>
        resolve({ error, partitions: error === 'NONE' ? this.#deleteOffsets(groupId, partitions) : [] }),
      )
    })
  }

  #deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): ErrorName[] {
    const group = this.#groups.get(groupId)
    const offsets = this.#groups.offsetsOf(groupId)
    return partitions.map(partition => {
      if (isSubscribed(group, partition.topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC'
      offsets.delete(partition)
      return 'NONE'
    })
  }

  /** Of a group that does not exist the state is Dead. */
  describe(groupId: string): DescribedGroup {
    return describeGroup(this.#groups.get(groupId))
  }

  list(filter: GroupFilter = { states: [], types: [] }): readonly ListedGroup[] {
    return this.#groups.ids().flatMap(groupId => listGroup(this.#groups.get(groupId), filter))
  }

  delete(groupId: string): Promise<ErrorName> {
    return this.#ask('answered', groupId, request => ({ type: 'delete', request }))
  }

  /** What version 0 of OffsetCommit and OffsetFetch speaks of: offsets in ZooKeeper, which no coordinator knows. */
  zooKeeperOffsets(groupId: string): CommittedOffsets {
    const known = this.#inZooKeeper.get(groupId)
    if (known) return known
    const offsets = new CommittedOffsets()
    this.#inZooKeeper.set(groupId, offsets)
    return offsets
  }

  /** The topic is gone, and with it what groups have committed for it. */
  forgetTopic(topic: string): void {
    for (const groupId of this.#groups.ids()) this.#groups.offsetsOf(groupId).deleteTopic(topic)
  }

  /**
   * These groups get another coordinator. Held requests are answered NOT_COORDINATOR; each group goes on as its log
   * has it: in its last complete generation, with all members of it, and no rebalance under way.
   */
  resign(isMoved: (groupId: string) => boolean): void {
    for (const groupId of this.#groups.ids()) if (isMoved(groupId)) this.#groups.handOver(groupId)
  }

  /** What a test may know of a group; undefined if there is none. */
  inspect(groupId: string): GroupView | undefined {
    const group = this.#groups.get(groupId)
    return group.state === 'Dead' ? undefined : viewGroup(group, this.#groups.offsetsOf(groupId))
  }

  /** Ends all timers; who waits is not answered, as its connection closes. */
  stop(): void {
    this.#groups.stop()
  }

  #ask<K extends keyof Answers>(kind: K, groupId: string, eventOf: (request: number) => GroupEvent) {
    return new Promise<Answers[K]>(resolve => this.#groups.ask(kind, groupId, eventOf, resolve))
  }
}
