import type { ErrorName } from '../../protocol'
import { staticMember } from './classic-group'
import type { LeaveEvent } from './group-event'
import type { GroupTurn } from './group-turn'
import { checkMember } from './identity'
import { rebalance } from './rebalance'

type Leaver = LeaveEvent['members'][number]

/** LeaveGroup, of several members at once since version 3. A static one may be named without its member id. */
export function leave(turn: GroupTurn, event: LeaveEvent): void {
  const { group } = turn
  const { request } = event
  if (group.groupId === '')
    return turn.do({ type: 'left', request, answer: { error: 'INVALID_GROUP_ID', members: [] } })
  const members = event.members.map(leaver => ({ ...leaver, error: leaveOne(turn, leaver) }))
  turn.do({ type: 'left', request, answer: { error: 'NONE', members } })
  const isActive = group.state !== 'Empty' && group.state !== 'Dead'
  if (isActive && members.some(({ error }) => error === 'NONE')) rebalance(turn)
}

function leaveOne(turn: GroupTurn, { memberId, instanceId }: Leaver): ErrorName {
  const { group } = turn
  if (memberId === '') {
    const member = instanceId === null ? undefined : staticMember(group, instanceId)
    if (member === undefined) return 'UNKNOWN_MEMBER_ID'
    putOut(turn, member.memberId)
    return 'NONE'
  }
  const error = group.pending.has(memberId) ? 'NONE' : checkMember(group, { memberId, instanceId })
  if (error === 'NONE') putOut(turn, memberId)
  return error
}

/** Whoever waits in JoinGroup hears that it is unknown, so that it joins anew if it is still there. */
export function putOut(turn: GroupTurn, memberId: string): void {
  const member = turn.group.members.get(memberId)
  if (member) turn.refuseHeldJoin(member, 'UNKNOWN_MEMBER_ID', '')
  turn.remove(memberId)
}
