import { haveAllJoined, rebalanceTimeoutOf } from './classic-group'
import type { GroupTurn } from './group-turn'
import { chooseProtocol, metadataOf } from './protocol-choice'
import { subscribedTopicsOf } from './subscribed-topics'

const nothing = Buffer.alloc(0)

/** A member came or went or said something new: a rebalance begins, or one that is under way may now be over. */
export function rebalance(turn: GroupTurn): void {
  if (turn.group.state === 'PreparingRebalance') completeIfAllJoined(turn)
  else prepareRebalance(turn)
}

/** All members have to join again. Who waits for an assignment is told so at once, the others by their heartbeats. */
export function prepareRebalance(turn: GroupTurn): void {
  const { group } = turn
  if (group.state === 'CompletingRebalance') withdrawAssignment(turn)
  group.unsynced.clear()
  group.syncDeadline = null
  const wasEmpty = group.state === 'Empty'
  turn.enter('PreparingRebalance')
  if (wasEmpty) waitForFirstMembers(turn)
  else if (haveAllJoined(group)) completeJoin(turn)
  else group.joinDeadline = { at: turn.now + rebalanceTimeoutOf(group), stretch: null }
}

function withdrawAssignment(turn: GroupTurn): void {
  for (const member of [...turn.group.members.values()]) {
    const without = turn.put({ ...member, assignment: nothing })
    if (member.heldSync !== null) turn.touch(turn.refuseHeldSync(without, 'REBALANCE_IN_PROGRESS'))
  }
}

/** Members of one service start one after another: a group that was empty gives them time. */
function waitForFirstMembers({ group, now, settings }: GroupTurn): void {
  const delayMs = settings.initialRebalanceDelayMs
  const remainingMs = Math.max(rebalanceTimeoutOf(group) - delayMs, 0)
  group.joinDeadline = { at: now + delayMs, stretch: { delayMs, remainingMs } }
}

/** Ends the rebalance if nobody is missing; the first one of a group that was empty takes its time all the same. */
export function completeIfAllJoined(turn: GroupTurn): void {
  const { group } = turn
  if (group.state !== 'PreparingRebalance' || group.previousState === 'Empty') return
  if (haveAllJoined(group)) completeJoin(turn)
}

/** The members' time to come back is over, unless it is stretched because somebody new came meanwhile. */
export function joinDeadlineCame(turn: GroupTurn): void {
  const { group, now, settings } = turn
  const stretch = group.joinDeadline?.stretch ?? null
  if (stretch === null || !group.hasNewcomers || stretch.remainingMs === 0) return completeJoin(turn)
  group.hasNewcomers = false
  const delayMs = Math.min(settings.initialRebalanceDelayMs, stretch.remainingMs)
  const remainingMs = Math.max(stretch.remainingMs - stretch.delayMs, 0)
  group.joinDeadline = { at: now + delayMs, stretch: { delayMs, remainingMs } }
}

/** Begins the next generation with those who joined, and with static members even if they did not. */
export function completeJoin(turn: GroupTurn): void {
  const { group } = turn
  group.joinDeadline = null
  for (const { memberId, instanceId, heldJoin } of [...group.members.values()])
    if (heldJoin === null && instanceId === null) turn.remove(memberId)
  if (group.members.size > 0 && !electLeader(turn)) return waitOnceMore(turn)
  beginGeneration(turn)
}

/** The leader is somebody who joined; says whether anybody did. */
function electLeader({ group }: GroupTurn): boolean {
  const joined = [...group.members.values()].filter(({ heldJoin }) => heldJoin !== null)
  const leader = joined.find(({ memberId }) => memberId === group.leader) ?? joined[0]
  if (leader) group.leader = leader.memberId
  return leader !== undefined
}

/** Only static members are left and none of them is here: until one comes, or the sessions of all are over. */
function waitOnceMore({ group, now }: GroupTurn): void {
  group.joinDeadline = { at: now + Math.max(1, rebalanceTimeoutOf(group)), stretch: null }
}

function beginGeneration(turn: GroupTurn): void {
  const { group, now } = turn
  group.generationId++
  group.protocolName = chooseProtocol(group.members)
  group.subscribedTopics = subscribedTopicsOf(group)
  if (group.members.size === 0) {
    turn.enter('Empty')
    return turn.persist()
  }
  turn.enter('CompletingRebalance')
  for (const { memberId } of [...group.members.values()]) tellGeneration(turn, memberId)
  group.syncDeadline = now + rebalanceTimeoutOf(group)
}

function tellGeneration(turn: GroupTurn, memberId: string): void {
  const { group } = turn
  const member = group.members.get(memberId)!
  const answered = turn.answerHeldJoin(member, generationFor(turn, memberId))
  turn.touch({ ...answered, isNew: false })
  group.unsynced.add(memberId)
}

/** What a member hears of the present generation; the leader hears who is in it. */
export function generationFor({ group }: GroupTurn, memberId: string) {
  const { generationId, protocolType, protocolName } = group
  const members = group.leader === memberId ? currentMembers() : []
  const leader = group.leader ?? ''
  const skipAssignment = false
  return {
    error: 'NONE' as const,
    generationId,
    protocolType,
    protocolName,
    leader,
    skipAssignment,
    memberId,
    members,
  }

  function currentMembers() {
    return [...group.members.values()].map(member => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      metadata: metadataOf(member, protocolName),
    }))
  }
}
