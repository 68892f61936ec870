import type { Clock, Timer } from '../../kernel'
import { deadGroup, nextDeadline, type ClassicGroup } from './classic-group'
import type { Answers, GroupEffect, GroupEvent } from './group-event'
import { expireOffsets } from './offset-expiry'
import { CommittedOffsets } from './offsets'
import { loadGroup, type PersistedGroup } from './persisted-group'
import type { GroupRules } from './rules'
import type { GroupSettings } from './settings'

/** A group that exists, and what belongs to it. */
interface LiveGroup {
  group: ClassicGroup
  readonly offsets: CommittedOffsets
  /** What a coordinator that takes over finds besides the offsets; null when nothing was written yet. */
  persisted: PersistedGroup | null
  timer: Timer | undefined
}

interface LiveGroupsContext {
  readonly clock: Clock
  readonly settings: GroupSettings
  readonly rules: GroupRules
}

/** Drives the rules: keeps the groups, wakes them at their deadlines, and hands answers to who waits for them. */
export class LiveGroups {
  readonly #context: LiveGroupsContext
  readonly #groups = new Map<string, LiveGroup>()
  readonly #waiting = new Map<number, (answer: never) => void>()
  #nextRequest = 1
  #cleaning: Timer | undefined

  constructor(context: LiveGroupsContext) {
    this.#context = context
  }

  /** The group; Dead if there is none of this id. */
  get(groupId: string): ClassicGroup {
    return this.#groups.get(groupId)?.group ?? deadGroup(groupId)
  }

  offsetsOf(groupId: string): CommittedOffsets {
    return this.#groups.get(groupId)?.offsets ?? new CommittedOffsets()
  }

  ids(): string[] {
    return [...this.#groups.keys()]
  }

  /**
   * Sends an event. Its answer, of this kind, comes before this returns, or later, or never where the request is
   * forgotten.
   */
  ask<K extends keyof Answers>(
    _kind: K,
    groupId: string,
    eventOf: (request: number) => GroupEvent,
    onAnswer: (answer: Answers[K]) => void,
  ): void {
    const request = this.#nextRequest++
    this.#waiting.set(request, onAnswer)
    this.#apply(groupId, eventOf(request))
  }

  /** Another broker takes over: it goes on from what was persisted. */
  handOver(groupId: string): void {
    const live = this.#groups.get(groupId)
    if (live === undefined) return
    const { offsets, persisted } = live
    this.#apply(groupId, { type: 'unload' })
    if (persisted === null && offsets.isEmpty) return
    const blank = { ...deadGroup(groupId), state: 'Empty' as const }
    const group = persisted ? loadGroup(groupId, persisted, this.#context.clock.now()) : blank
    this.#keep(groupId, { group, offsets, persisted, timer: undefined })
  }

  /** No deadline comes any more; who waits is not answered. */
  stop(): void {
    this.#cleaning?.cancel()
    for (const { timer } of this.#groups.values()) timer?.cancel()
    this.#groups.clear()
    this.#waiting.clear()
  }

  #apply(groupId: string, event: GroupEvent): void {
    const { clock, settings, rules } = this.#context
    const live = this.#groups.get(groupId) ?? newGroup(groupId)
    const { state, effects } = rules(live.group, event, clock.now(), settings)
    live.group = state
    this.#keep(groupId, live)
    for (const effect of effects) this.#run(live, effect)
  }

  #keep(groupId: string, live: LiveGroup): void {
    const { clock } = this.#context
    live.timer?.cancel()
    if (live.group.state === 'Dead') return void this.#groups.delete(groupId)
    this.#groups.set(groupId, live)
    const deadline = nextDeadline(live.group)
    const wake = () => this.#apply(groupId, { type: 'time' })
    live.timer = deadline === null ? undefined : clock.after(Math.max(0, deadline - clock.now()), wake)
    this.#cleanLater()
  }

  #run(live: LiveGroup, effect: GroupEffect): void {
    if (effect.type === 'persist') {
      live.persisted = effect.group
      return
    }
    const waiting = this.#waiting.get(effect.request)
    this.#waiting.delete(effect.request)
    if (effect.type !== 'forgotten') waiting?.(effect.answer as never)
  }

  #cleanLater(): void {
    const { clock, settings } = this.#context
    this.#cleaning ??= clock.after(settings.offsetsRetentionCheckIntervalMs, () => this.#clean())
  }

  /** Offsets expire, and groups that have neither members nor offsets go. */
  #clean(): void {
    const { clock, settings } = this.#context
    this.#cleaning = undefined
    for (const [groupId, { group, offsets }] of this.#groups) {
      expireOffsets(group, offsets, clock.now(), settings.offsetsRetentionMs)
      if (group.state === 'Empty' && offsets.isEmpty) this.#apply(groupId, { type: 'delete', request: 0 })
    }
    if (this.#groups.size > 0) this.#cleanLater()
  }
}

function newGroup(groupId: string): LiveGroup {
  return { group: deadGroup(groupId), offsets: new CommittedOffsets(), persisted: null, timer: undefined }
}
