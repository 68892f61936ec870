import type { GroupMember } from './classic-group'
import type { JoinEvent } from './group-event'
import type { GroupTurn } from './group-turn'
import { chooseProtocol } from './protocol-choice'
import { completeIfAllJoined, generationFor, prepareRebalance } from './rebalance'

/**
 * A static member that was restarted comes without its member id: it gets a new one and takes the place of the old,
 * in a Stable group without a rebalance (KIP-345). Whoever still uses the old id is fenced.
 */
export function replaceStaticMember(turn: GroupTurn, known: GroupMember, event: JoinEvent): void {
  const { group } = turn
  const formerLeader = group.leader
  takePlace(turn, known, event)
  if (group.state === 'CompletingRebalance') return prepareRebalance(turn)
  if (group.state === 'PreparingRebalance') return completeIfAllJoined(turn)
  if (chooseProtocol(group.members) !== group.protocolName) return prepareRebalance(turn)
  turn.persist()
  answerAtOnce(turn, event, formerLeader)
}

function takePlace(turn: GroupTurn, known: GroupMember, event: JoinEvent): void {
  const { group, now } = turn
  const { request, newMemberId: memberId, protocols, sessionTimeoutMs, rebalanceTimeoutMs } = event
  const fenced = turn.refuseHeldJoin(known, 'FENCED_INSTANCE_ID', known.memberId)
  turn.refuseHeldSync(fenced, 'FENCED_INSTANCE_ID')
  group.members.delete(known.memberId)
  if (group.leader === known.memberId) group.leader = memberId
  turn.put({
    ...known,
    ...{ memberId, protocols, sessionTimeoutMs, rebalanceTimeoutMs },
    isNew: false,
    // Its first session is still as long as the one before it.
    expiresAt: now + known.sessionTimeoutMs,
    heldJoin: request,
    heldSync: null,
  })
}

/**
 * A leader would assign once more what it hears of. Who cannot be told to skip that hears that the old member id leads,
 * and takes itself for a follower (KIP-814).
 */
function answerAtOnce(turn: GroupTurn, event: JoinEvent, formerLeader: string | null): void {
  const { group } = turn
  const memberId = event.newMemberId
  const generation = generationFor(turn, memberId)
  const answer = event.canSkipAssignment
    ? { ...generation, skipAssignment: group.leader === memberId }
    : { ...generation, leader: formerLeader ?? '', members: [] }
  turn.answerHeldJoin(group.members.get(memberId)!, answer)
}
