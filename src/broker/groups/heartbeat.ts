import type { ErrorName } from '../../protocol'
import type { CommitEvent, HeartbeatEvent } from './group-event'
import type { ClassicGroup } from './classic-group'
import type { GroupTurn } from './group-turn'
import { checkGeneration } from './identity'

/** Heartbeat: the session begins anew, and the member hears of a rebalance. */
export function heartbeat(turn: GroupTurn, event: HeartbeatEvent): void {
  const { group } = turn
  const error = checkHeartbeat(group, event)
  if (error === 'NONE') turn.touch(group.members.get(event.memberId)!)
  const inRebalance = error === 'NONE' && group.state === 'PreparingRebalance'
  turn.do({ type: 'answered', request: event.request, answer: inRebalance ? 'REBALANCE_IN_PROGRESS' : error })
}

function checkHeartbeat(group: ClassicGroup, event: HeartbeatEvent): ErrorName {
  return group.groupId === '' ? 'INVALID_GROUP_ID' : checkGeneration(group, event)
}

/**
 * OffsetCommit: may these offsets be stored? A commit of a member counts as a heartbeat. Who is no member may commit
 * while the group is Empty, and makes one that only has offsets where there was none.
 */
export function commit(turn: GroupTurn, event: CommitEvent): void {
  const { group } = turn
  if (group.state === 'Dead' && event.generationId < 0) turn.enter('Empty')
  const error = checkCommit(group, event)
  const member = group.members.get(event.memberId)
  if (error === 'NONE' && member && group.state !== 'Empty') turn.touch(member)
  turn.do({ type: 'answered', request: event.request, answer: error })
}

function checkCommit(group: ClassicGroup, event: CommitEvent): ErrorName {
  const { memberId, instanceId, generationId } = event
  if (group.state === 'Dead') return event.knowsGroupIdNotFound ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION'
  if (generationId < 0 && group.state === 'Empty') return 'NONE'
  if (generationId < 0 && memberId === '' && instanceId === null)
    return event.isTransactional ? 'NONE' : 'UNKNOWN_MEMBER_ID'
  const error = checkGeneration(group, event)
  if (error !== 'NONE') return error
  const isEarly = group.state === 'CompletingRebalance' && !event.isTransactional
  return isEarly ? 'REBALANCE_IN_PROGRESS' : 'NONE'
}
