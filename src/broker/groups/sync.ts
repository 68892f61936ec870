import type { ErrorName } from '../../protocol'
import type { ClassicGroup } from './classic-group'
import type { SyncEvent } from './group-event'
import type { GroupTurn } from './group-turn'
import { checkGeneration } from './identity'

const nothing = Buffer.alloc(0)

/** SyncGroup: held until the leader has handed in the assignment of the generation. */
export function sync(turn: GroupTurn, event: SyncEvent): void {
  const { group } = turn
  const { request, memberId } = event
  const error = checkSync(group, event)
  if (error !== 'NONE') return turn.refuseSync(request, error)
  asked(turn, memberId)
  const member = group.members.get(memberId)!
  if (group.state === 'Stable')
    return turn.do({ type: 'synced', request, answer: assignmentOf(group, member.assignment) })
  turn.forget(member.heldSync)
  turn.put({ ...member, heldSync: request })
  if (group.leader === memberId) assign(turn, event.assignments)
}

function checkSync(group: ClassicGroup, event: SyncEvent): ErrorName {
  if (group.groupId === '') return 'INVALID_GROUP_ID'
  const error = checkGeneration(group, event)
  if (error !== 'NONE') return error
  const { protocolType, protocolName } = event
  if (protocolType !== null && protocolType !== group.protocolType) return 'INCONSISTENT_GROUP_PROTOCOL'
  if (protocolName !== null && protocolName !== group.protocolName) return 'INCONSISTENT_GROUP_PROTOCOL'
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
}

/** Once all have asked, nobody has to be put out for not asking. */
function asked({ group }: GroupTurn, memberId: string): void {
  group.unsynced.delete(memberId)
  if (group.unsynced.size === 0) group.syncDeadline = null
}

/** The group becomes Stable. Whoever waits gets its part, the others when they ask; members left out get no bytes. */
function assign(turn: GroupTurn, assignments: ReadonlyMap<string, Buffer>): void {
  const { group } = turn
  for (const member of [...group.members.values()]) {
    const assignment = assignments.get(member.memberId) ?? nothing
    const assigned = turn.put({ ...member, assignment })
    if (member.heldSync !== null) turn.touch(turn.answerHeldSync(assigned, assignmentOf(group, assignment)))
  }
  turn.persist()
  turn.enter('Stable')
}

function assignmentOf({ protocolType, protocolName }: ClassicGroup, assignment: Buffer) {
  return { error: 'NONE' as const, protocolType, protocolName, assignment }
}
