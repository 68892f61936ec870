import type { ClassicGroup, GroupMember, GroupState } from './classic-group'
import type { CommittedOffsets, StoredOffset } from './offsets'
import { metadataOf } from './protocol-choice'

/** A group as DescribeGroups shows it: assignor and subscriptions only while it is Stable. */
export interface DescribedGroup {
  readonly state: GroupState
  /** '' while it never had members. */
  readonly protocolType: string
  readonly protocolName: string
  readonly members: readonly DescribedMember[]
}

export interface DescribedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly metadata: Buffer
  readonly assignment: Buffer
}

/** A group that does not exist is Dead. */
export function describeGroup(group: ClassicGroup): DescribedGroup {
  const { state, protocolType } = group
  const protocolName = state === 'Stable' ? group.protocolName : null
  const members = [...group.members.values()].map(member => describeMember(member, protocolName))
  return { state, protocolType: protocolType ?? '', protocolName: protocolName ?? '', members }
}

function describeMember(member: GroupMember, protocolName: string | null): DescribedMember {
  const { memberId, instanceId, clientId, clientHost, assignment } = member
  const metadata = metadataOf(member, protocolName)
  return { memberId, instanceId, clientId, clientHost, metadata, assignment }
}

/** A group as ListGroups shows it. */
export interface ListedGroup {
  readonly groupId: string
  readonly protocolType: string
  readonly state: GroupState
  /** Others come with KIP-848. */
  readonly type: 'classic'
}

/** Which groups to list; an empty list takes all. Case does not matter. */
export interface GroupFilter {
  readonly states: readonly string[]
  readonly types: readonly string[]
}

/** The group as a row of ListGroups, unless the filter leaves it out. */
export function listGroup(
  { groupId, state, protocolType }: ClassicGroup,
  filter: GroupFilter,
): ListedGroup[] {
  const type = 'classic'
  if (!isAmong(filter.states, state) || !isAmong(filter.types, type)) return []
  return [{ groupId, state, type, protocolType: protocolType ?? '' }]
}

function isAmong(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.some(one => one.trim().toLowerCase() === value.toLowerCase())
}

/** A group as a test may look at it. */
export interface GroupView {
  readonly state: GroupState
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** Member id of the leader. */
  readonly leader: string | null
  /** With what each told the assignor chosen. */
  readonly members: readonly DescribedMember[]
  readonly offsets: readonly StoredOffset[]
}

export function viewGroup(group: ClassicGroup, offsets: CommittedOffsets): GroupView {
  const { state, generationId, protocolType, protocolName, leader } = group
  const members = [...group.members.values()].map(member => describeMember(member, protocolName))
  return { state, generationId, protocolType, protocolName, leader, members, offsets: offsets.all() }
}
