import { deadGroup, type ClassicGroup, type GroupMember } from './classic-group'
import { metadataOf } from './protocol-choice'
import { subscribedTopicsOf } from './subscribed-topics'

/** A group as its log has it: what a coordinator that takes over goes on with. */
export interface PersistedGroup {
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string | null
  readonly stateSince: number
  readonly members: readonly PersistedMember[]
}

type PersistedMember = Omit<GroupMember, 'protocols' | 'isNew' | 'expiresAt' | 'heldJoin' | 'heldSync'> & {
  /** For the assignor chosen; what the member said to others is not kept. */
  readonly subscription: Buffer
}

export function persisted(group: ClassicGroup): PersistedGroup {
  const { generationId, protocolType, protocolName, leader, stateSince } = group
  const members = [...group.members.values()].map(member => {
    const { memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs } = member
    const who = { memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs }
    return { ...who, assignment: member.assignment, subscription: metadataOf(member, protocolName) }
  })
  return { generationId, protocolType, protocolName, leader, stateSince, members }
}

/** The group as it goes on: Stable with all members that it had, each with a whole session ahead, or Empty. */
export function loadGroup(groupId: string, from: PersistedGroup, now: number): ClassicGroup {
  const { generationId, protocolType, protocolName, leader, stateSince } = from
  const members = new Map(
    from.members.map(member => [member.memberId, loadMember(member, protocolName, now)]),
  )
  const group: ClassicGroup = {
    ...deadGroup(groupId),
    state: members.size > 0 ? 'Stable' : 'Empty',
    stateSince,
    generationId,
    protocolType,
    protocolName,
    leader,
    members,
  }
  return { ...group, subscribedTopics: subscribedTopicsOf(group) }
}

function loadMember(from: PersistedMember, protocolName: string | null, now: number): GroupMember {
  const { subscription, ...member } = from
  return {
    ...member,
    protocols: [{ name: protocolName ?? '', metadata: subscription }],
    isNew: false,
    expiresAt: now + member.sessionTimeoutMs,
    heldJoin: null,
    heldSync: null,
  }
}
