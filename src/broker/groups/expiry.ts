import { haveAllJoined, type GroupMember } from './classic-group'
import type { GroupTurn } from './group-turn'
import { putOut } from './leave'
import { completeJoin, joinDeadlineCame, prepareRebalance, rebalance } from './rebalance'

/** Time has passed: what was due by now happens, each thing at most once. */
export function passTime(turn: GroupTurn): void {
  const { group, now } = turn
  const isDue = (at: number | null = null) => at !== null && at <= now
  for (const [memberId, until] of [...group.pending]) if (isDue(until)) pendingExpired(turn, memberId)
  for (const { memberId } of [...group.members.values()]) {
    const member = group.members.get(memberId)
    if (member && isDue(member.expiresAt)) sessionExpired(turn, member)
  }
  if (isDue(group.joinDeadline?.at)) joinDeadlineCame(turn)
  if (isDue(group.syncDeadline)) syncDeadlineCame(turn)
}

/** Somebody who was given a member id has not come back with it. */
function pendingExpired(turn: GroupTurn, memberId: string): void {
  turn.remove(memberId)
  completeIfNobodyMissing(turn)
}

/** A held request vouches for its member, but for one that has never heard of a generation. */
function sessionExpired(turn: GroupTurn, member: GroupMember): void {
  const { group } = turn
  const isHeld = member.heldJoin !== null || member.heldSync !== null
  if (isHeld && !member.isNew) return void turn.put({ ...member, expiresAt: null })
  putOut(turn, member.memberId)
  if (group.state === 'PreparingRebalance') completeIfNobodyMissing(turn)
  else rebalance(turn)
}

/** Unlike a leave, this ends even the first rebalance of a group before its time. */
function completeIfNobodyMissing(turn: GroupTurn): void {
  if (turn.group.state === 'PreparingRebalance' && haveAllJoined(turn.group)) completeJoin(turn)
}

/** Members that heard of the generation and never asked for their assignment are put out. */
function syncDeadlineCame(turn: GroupTurn): void {
  for (const memberId of [...turn.group.unsynced]) turn.remove(memberId)
  prepareRebalance(turn)
}
