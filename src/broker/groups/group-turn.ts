import type { ErrorName } from '../../protocol'
import type { ClassicGroup, GroupMember, GroupState } from './classic-group'
import type { GroupEffect, JoinAnswer, Reduced, SyncAnswer } from './group-event'
import { persisted } from './persisted-group'
import type { GroupSettings } from './settings'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A copy of a group that the rules may change. Its members are values: a changed one takes the place of the old. */
export type GroupDraft = Writable<Omit<ClassicGroup, 'members' | 'pending' | 'unsynced'>> & {
  readonly members: Map<string, GroupMember>
  readonly pending: Map<string, number>
  readonly unsynced: Set<string>
}

const nothing = Buffer.alloc(0)

/** One event at work on a group: what becomes of the group, and what is to be done besides. */
export class GroupTurn {
  readonly group: GroupDraft
  readonly now: number
  readonly settings: GroupSettings
  readonly #effects: GroupEffect[] = []

  constructor(before: ClassicGroup, now: number, settings: GroupSettings) {
    this.group = {
      ...before,
      members: new Map(before.members),
      pending: new Map(before.pending),
      unsynced: new Set(before.unsynced),
    }
    this.now = now
    this.settings = settings
  }

  end(): Reduced {
    return { state: this.group, effects: this.#effects }
  }

  enter(state: GroupState): void {
    this.group.previousState = this.group.state
    this.group.state = state
    this.group.stateSince = this.now
  }

  do(effect: GroupEffect): void {
    this.#effects.push(effect)
  }

  persist(): void {
    this.do({ type: 'persist', group: persisted(this.group) })
  }

  put(member: GroupMember): GroupMember {
    this.group.members.set(member.memberId, member)
    return member
  }

  /** Its session begins anew. */
  touch(member: GroupMember): GroupMember {
    return this.put({ ...member, expiresAt: this.now + member.sessionTimeoutMs })
  }

  /**
   * Takes a member or a pending member id out. Its held JoinGroup was answered before, its held SyncGroup stays without
   * an answer, as in Kafka.
   */
  remove(memberId: string): void {
    const { group } = this
    this.forget(group.members.get(memberId)?.heldSync ?? null)
    group.members.delete(memberId)
    group.pending.delete(memberId)
    if (group.leader === memberId) group.leader = group.members.keys().next().value ?? null
  }

  /** A held request that will never be answered. */
  forget(request: number | null): void {
    if (request !== null) this.do({ type: 'forgotten', request })
  }

  /** Refuses a JoinGroup; of its answer only error and member id say anything. */
  refuseJoin(request: number, error: ErrorName, memberId: string): void {
    this.do({ type: 'joined', request, answer: { ...noGeneration, error, memberId } })
  }

  /** Answers the JoinGroup that is held for this member, if one is. */
  answerHeldJoin(member: GroupMember, answer: JoinAnswer): GroupMember {
    if (member.heldJoin === null) return member
    this.do({ type: 'joined', request: member.heldJoin, answer })
    return this.put({ ...member, heldJoin: null })
  }

  /** Tells the JoinGroup that is held for a member who is about to be put out. */
  refuseHeldJoin(member: GroupMember, error: ErrorName, memberId: string): GroupMember {
    return this.answerHeldJoin(member, { ...noGeneration, error, memberId })
  }

  refuseSync(request: number, error: ErrorName): void {
    this.do({ type: 'synced', request, answer: { ...noAssignment, error } })
  }

  /** Answers the SyncGroup that is held for this member, if one is. */
  answerHeldSync(member: GroupMember, answer: SyncAnswer): GroupMember {
    if (member.heldSync === null) return member
    this.do({ type: 'synced', request: member.heldSync, answer })
    return this.put({ ...member, heldSync: null })
  }

  refuseHeldSync(member: GroupMember, error: ErrorName): GroupMember {
    return this.answerHeldSync(member, { ...noAssignment, error })
  }
}

const noGeneration = {
  generationId: -1,
  protocolType: null,
  protocolName: null,
  leader: '',
  skipAssignment: false,
  members: [],
}

const noAssignment = { protocolType: null, protocolName: null, assignment: nothing }
