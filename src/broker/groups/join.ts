import { staticMember, type ClassicGroup, type GroupMember } from './classic-group'
import type { JoinEvent } from './group-event'
import type { GroupTurn } from './group-turn'
import { checkMember } from './identity'
import { replaceStaticMember } from './join-static'
import { isUnchanged, suits } from './protocol-choice'
import { generationFor, rebalance } from './rebalance'
import type { GroupSettings } from './settings'

/** JoinGroup. */
export function join(turn: GroupTurn, event: JoinEvent): void {
  const { group, settings } = turn
  const { request, memberId, sessionTimeoutMs } = event
  if (group.groupId === '') return turn.refuseJoin(request, 'INVALID_GROUP_ID', memberId)
  if (sessionTimeoutMs < settings.minSessionTimeoutMs || sessionTimeoutMs > settings.maxSessionTimeoutMs)
    return turn.refuseJoin(request, 'INVALID_SESSION_TIMEOUT', memberId)
  if (group.state === 'Dead') {
    if (memberId !== '') return turn.refuseJoin(request, 'UNKNOWN_MEMBER_ID', memberId)
    turn.enter('Empty')
    turn.persist()
  }
  if (!hasRoomFor(group, memberId, settings)) {
    turn.remove(memberId)
    return turn.refuseJoin(request, 'GROUP_MAX_SIZE_REACHED', '')
  }
  if (!suits(group, event.protocolType, event.protocols))
    return turn.refuseJoin(request, 'INCONSISTENT_GROUP_PROTOCOL', memberId)
  if (memberId === '') joinAnew(turn, event)
  else comeBack(turn, event)
}

/** Counts those who wait in a rebalance, so that the last ones to come back are put out where there are too many. */
function hasRoomFor(group: ClassicGroup, memberId: string, { maxSize }: GroupSettings): boolean {
  if (group.state === 'Empty') return true
  const member = group.members.get(memberId)
  if (group.state !== 'PreparingRebalance') return member !== undefined || group.members.size < maxSize
  const waiting = [...group.members.values()].filter(({ heldJoin }) => heldJoin !== null).length
  return (member?.heldJoin ?? null) !== null || waiting < maxSize
}

function joinAnew(turn: GroupTurn, event: JoinEvent): void {
  const { group, now } = turn
  const { request, instanceId, newMemberId } = event
  const known = instanceId === null ? undefined : staticMember(group, instanceId)
  if (known) return replaceStaticMember(turn, known, event)
  if (instanceId !== null || !event.requiresMemberId) return addMember(turn, event, newMemberId)
  group.pending.set(newMemberId, now + event.sessionTimeoutMs)
  turn.refuseJoin(request, 'MEMBER_ID_REQUIRED', newMemberId)
}

function comeBack(turn: GroupTurn, event: JoinEvent): void {
  const { group } = turn
  const { request, memberId } = event
  // A static member gets its id without being asked to come back with it, so Kafka takes this for a defect of its own.
  if (group.pending.has(memberId) && event.instanceId !== null)
    return turn.refuseJoin(request, 'UNKNOWN_SERVER_ERROR', '')
  if (group.pending.has(memberId)) return addMember(turn, event, memberId)
  const error = checkMember(group, event)
  if (error !== 'NONE') return turn.refuseJoin(request, error, memberId)
  const member = group.members.get(memberId)!
  if (isJustAsking(group, member, event))
    return turn.do({ type: 'joined', request, answer: generationFor(turn, memberId) })
  updateMember(turn, member, event)
  rebalance(turn)
}

/**
 * A member that says what it said before has merely not heard the answer. Only a leader of a Stable group means that
 * something else has changed, such as the number of partitions.
 */
function isJustAsking(group: ClassicGroup, member: GroupMember, { protocols }: JoinEvent): boolean {
  if (group.state === 'PreparingRebalance') return false
  const leads = group.state === 'Stable' && group.leader === member.memberId
  return !leads && isUnchanged(member, protocols)
}

function addMember(turn: GroupTurn, event: JoinEvent, memberId: string): void {
  const { group, now, settings } = turn
  const { instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = event
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.hasNewcomers = true
  if (group.members.size === 0) group.protocolType = event.protocolType
  group.leader ??= memberId
  group.pending.delete(memberId)
  turn.put({
    ...{ memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols },
    assignment: Buffer.alloc(0),
    isNew: true,
    expiresAt: now + settings.newMemberTimeoutMs,
    heldJoin: event.request,
    heldSync: null,
  })
  rebalance(turn)
}

/** What the member says now counts, and its JoinGroup is held. */
function updateMember(turn: GroupTurn, member: GroupMember, event: JoinEvent): GroupMember {
  const { protocols, sessionTimeoutMs, rebalanceTimeoutMs, request } = event
  turn.forget(member.heldJoin)
  return turn.put({ ...member, protocols, sessionTimeoutMs, rebalanceTimeoutMs, heldJoin: request })
}
