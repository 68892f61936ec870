/** States of a classic group, by the names that DescribeGroups and ListGroups show. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

/** An assignor that a member knows, and what it tells that assignor (for consumers a ConsumerProtocolSubscription). */
export interface GroupProtocol {
  readonly name: string
  readonly metadata: Buffer
}

/** A member of a classic group. All deadlines are ms of the clock's `now`. */
export interface GroupMember {
  readonly memberId: string
  /** Name of a static member (KIP-345). */
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** Best first. */
  readonly protocols: readonly GroupProtocol[]
  readonly assignment: Buffer
  /** Has not been told of a generation yet. It cannot send heartbeats, so its JoinGroup is held for so long at most. */
  readonly isNew: boolean
  /** When it is put out; null once that time came while a held request vouched for it. */
  readonly expiresAt: number | null
  /** The JoinGroup that waits for the next generation, if one does. */
  readonly heldJoin: number | null
  /** The SyncGroup that waits for the leader's assignment, if one does. */
  readonly heldSync: number | null
}

/** When the members' time to come back is over. */
export interface JoinDeadline {
  readonly at: number
  /** How a rebalance that began with an empty group is stretched while members come up; null in any other. */
  readonly stretch: { readonly delayMs: number; readonly remainingMs: number } | null
}

/** All that a coordinator knows of a classic group, but for its offsets. A group that does not exist is Dead. */
export interface ClassicGroup {
  readonly groupId: string
  readonly state: GroupState
  /** The state before this one: a rebalance that began with an empty group does not end before its time. */
  readonly previousState: GroupState
  /** Since when it has this state, ms. */
  readonly stateSince: number
  readonly generationId: number
  /** 'consumer' for consumers; null while only offsets were stored. */
  readonly protocolType: string | null
  /** The assignor chosen for this generation. */
  readonly protocolName: string | null
  /** Member id of the leader. */
  readonly leader: string | null
  /** By member id, in the order in which they came. */
  readonly members: ReadonlyMap<string, GroupMember>
  /** Member ids that were given away by MEMBER_ID_REQUIRED and have not come back yet, and until when they may. */
  readonly pending: ReadonlyMap<string, number>
  /** Members of this generation that have not asked for their assignment yet. */
  readonly unsynced: ReadonlySet<string>
  readonly joinDeadline: JoinDeadline | null
  /** Until when all must have asked for their assignment. */
  readonly syncDeadline: number | null
  /** Whether somebody new has come since the first rebalance was last stretched. */
  readonly hasNewcomers: boolean
  /** Topics of the members at the beginning of this generation; null when they cannot be known. */
  readonly subscribedTopics: ReadonlySet<string> | null
}

/** A group that is not there: what is known of any group id before its first join or commit. */
export function deadGroup(groupId: string): ClassicGroup {
  return {
    groupId,
    state: 'Dead',
    previousState: 'Dead',
    stateSince: 0,
    generationId: 0,
    protocolType: null,
    protocolName: null,
    leader: null,
    members: new Map(),
    pending: new Map(),
    unsynced: new Set(),
    joinDeadline: null,
    syncDeadline: null,
    hasNewcomers: false,
    subscribedTopics: null,
  }
}

/** How long the slowest member may take to come back. */
export function rebalanceTimeoutOf({ members }: ClassicGroup): number {
  let longest = 0
  for (const member of members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
  return longest
}

/** Whether nobody is missing: all members wait in JoinGroup, and no member id is still out. */
export function haveAllJoined({ members, pending }: ClassicGroup): boolean {
  return pending.size === 0 && [...members.values()].every(({ heldJoin }) => heldJoin !== null)
}

/** The static member of this name. */
export function staticMember({ members }: ClassicGroup, instanceId: string): GroupMember | undefined {
  for (const member of members.values()) if (member.instanceId === instanceId) return member
  return undefined
}

/** When time alone will next change this group; null when it never will. */
export function nextDeadline({ members, pending, joinDeadline, syncDeadline }: ClassicGroup): number | null {
  const deadlines = [syncDeadline, joinDeadline?.at ?? null, ...pending.values()]
  for (const { expiresAt } of members.values()) deadlines.push(expiresAt)
  let next: number | null = null
  for (const at of deadlines) if (at !== null && (next === null || at < next)) next = at
  return next
}
