import type { ErrorName } from '../../protocol'
import { deadGroup, type ClassicGroup } from './classic-group'
import type { DeleteEvent, DeleteOffsetsEvent } from './group-event'
import type { GroupTurn } from './group-turn'
import { isConsumerGroup } from './subscribed-topics'

/** DeleteGroups: only a group without members can be deleted. */
export function deleteGroup(turn: GroupTurn, { request }: DeleteEvent): void {
  const error = checkDelete(turn.group)
  if (error === 'NONE') die(turn)
  turn.do({ type: 'answered', request, answer: error })
}

function checkDelete({ state }: ClassicGroup): ErrorName {
  if (state === 'Dead') return 'GROUP_ID_NOT_FOUND'
  return state === 'Empty' ? 'NONE' : 'NON_EMPTY_GROUP'
}

/** OffsetDelete: of a group with members only where it can be known which topics they use. */
export function deleteOffsets(turn: GroupTurn, { request }: DeleteOffsetsEvent): void {
  turn.do({ type: 'answered', request, answer: checkDeleteOffsets(turn.group) })
}

function checkDeleteOffsets(group: ClassicGroup): ErrorName {
  if (group.groupId === '') return 'INVALID_GROUP_ID'
  if (group.state === 'Dead') return 'GROUP_ID_NOT_FOUND'
  return group.state === 'Empty' || isConsumerGroup(group) ? 'NONE' : 'NON_EMPTY_GROUP'
}

/** The coordinator moves to another broker: whoever waits here has to look for it. */
export function unload(turn: GroupTurn): void {
  for (const member of [...turn.group.members.values()]) {
    const answered = turn.refuseHeldJoin(member, 'NOT_COORDINATOR', member.memberId)
    turn.refuseHeldSync(answered, 'NOT_COORDINATOR')
  }
  die(turn)
}

function die(turn: GroupTurn): void {
  Object.assign(turn.group, deadGroup(turn.group.groupId))
}
