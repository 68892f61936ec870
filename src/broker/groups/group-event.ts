import type { ErrorName } from '../../protocol'
import type { ClassicGroup, GroupProtocol } from './classic-group'
import type { PersistedGroup } from './persisted-group'

/** A request is known by a number; whoever sent the event waits for the effect that answers it. */
interface Asked {
  readonly request: number
}

/** Who asks, as members say it. */
interface MemberIdentity {
  readonly memberId: string
  readonly instanceId: string | null
}

interface InGeneration extends Asked, MemberIdentity {
  readonly generationId: number
}

export interface JoinEvent extends Asked, MemberIdentity {
  readonly type: 'join'
  /** The member id to give if this is somebody new. */
  readonly newMemberId: string
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly GroupProtocol[]
  /** Whether somebody new has to come back with the id it is given (KIP-394). */
  readonly requiresMemberId: boolean
  /** Whether a static leader can be told to leave the assignment as it is (KIP-814). */
  readonly canSkipAssignment: boolean
}

export interface SyncEvent extends InGeneration {
  readonly type: 'sync'
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** By member id; from the leader. */
  readonly assignments: ReadonlyMap<string, Buffer>
}

export interface HeartbeatEvent extends InGeneration {
  readonly type: 'heartbeat'
}

export interface LeaveEvent extends Asked {
  readonly type: 'leave'
  readonly members: readonly MemberIdentity[]
}

/** May these offsets be stored? Generation -1 and member id '' come from those who are no members. */
export interface CommitEvent extends InGeneration {
  readonly type: 'commit'
  /** Whether the client knows GROUP_ID_NOT_FOUND as an answer. */
  readonly knowsGroupIdNotFound: boolean
  /** Within a transaction: also of a group that rebalances, and by those who do not say who they are (KIP-447). */
  readonly isTransactional?: boolean
}

/** May offsets be deleted? */
export interface DeleteOffsetsEvent extends Asked {
  readonly type: 'delete-offsets'
}

export interface DeleteEvent extends Asked {
  readonly type: 'delete'
}

/** A deadline has come. */
export interface TimeEvent {
  readonly type: 'time'
}

/** Another broker is the coordinator now. */
export interface UnloadEvent {
  readonly type: 'unload'
}

/** What happens to a group. */
export type GroupEvent =
  | JoinEvent
  | SyncEvent
  | HeartbeatEvent
  | LeaveEvent
  | CommitEvent
  | DeleteOffsetsEvent
  | DeleteEvent
  | TimeEvent
  | UnloadEvent

export interface JoinAnswer {
  readonly error: ErrorName
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** Member id of the leader; '' in a refusal. */
  readonly leader: string
  readonly skipAssignment: boolean
  readonly memberId: string
  /** For the leader. */
  readonly members: readonly {
    readonly memberId: string
    readonly instanceId: string | null
    readonly metadata: Buffer
  }[]
}

export interface SyncAnswer {
  readonly error: ErrorName
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

export interface LeaveAnswer {
  readonly error: ErrorName
  readonly members: readonly (MemberIdentity & { readonly error: ErrorName })[]
}

/** What events are answered by: JoinGroup, SyncGroup, LeaveGroup, and the plain yes or no of all others. */
export interface Answers {
  readonly joined: JoinAnswer
  readonly synced: SyncAnswer
  readonly left: LeaveAnswer
  readonly answered: ErrorName
}

type AnswerEffect = {
  [K in keyof Answers]: { readonly type: K; readonly request: number; readonly answer: Answers[K] }
}[keyof Answers]

/** What is to be done besides: data, so that a test can count it. */
export type GroupEffect =
  | AnswerEffect
  /** A held request that will never be answered: its member asked again by another, or was put out meanwhile. */
  | { readonly type: 'forgotten'; readonly request: number }
  /** What a coordinator that takes over would find, until the group is Dead. */
  | { readonly type: 'persist'; readonly group: PersistedGroup }

/** What an event makes of a group. */
export interface Reduced {
  readonly state: ClassicGroup
  readonly effects: readonly GroupEffect[]
}
