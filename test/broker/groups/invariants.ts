import * as assert from 'uvu/assert'
import { nextDeadline, type ClassicGroup } from '../../../src/broker/groups/classic-group'

/** A group as plain data, to be compared. */
export function contentsOf(group: ClassicGroup): object {
  const { members, pending, unsynced, subscribedTopics } = group
  const sets = { members: [...members], pending: [...pending], unsynced: [...unsynced] }
  return { ...group, ...sets, subscribedTopics: subscribedTopics && [...subscribedTopics] }
}

/** What holds for a group whatever happened. */
export function checkState(group: ClassicGroup, now: number): void {
  const { state, members, pending, leader, protocolName, joinDeadline, syncDeadline } = group
  const all = [...members.values()]
  if (state === 'Empty' || state === 'Dead') {
    assert.is(members.size, 0, 'nobody is in an empty group')
    assert.is(leader, null)
  } else {
    assert.is(
      state === 'PreparingRebalance' || members.size > 0,
      true,
      'a group with a generation has members',
    )
    assert.is(leader === null, members.size === 0)
    if (leader !== null) assert.ok(members.has(leader), 'the leader is a member')
  }
  assert.is(joinDeadline !== null, state === 'PreparingRebalance', 'a rebalance ends')
  const hasAssignment = state === 'CompletingRebalance' || state === 'Stable'
  if (syncDeadline !== null) assert.ok(hasAssignment, 'nobody is asked for what there is not')
  if (state === 'CompletingRebalance') assert.is.not(syncDeadline, null, 'the wait for the leader ends')
  for (const member of all) {
    assert.ok(state === 'PreparingRebalance' || member.heldJoin === null, 'joins wait in a rebalance only')
    assert.ok(state === 'CompletingRebalance' || member.heldSync === null, 'syncs wait for the leader only')
    assert.not.ok(pending.has(member.memberId), 'no member is yet to come')
    if (hasAssignment)
      assert.ok(
        member.protocols.some(({ name }) => name === protocolName),
        'the assignor is known',
      )
    if (member.heldJoin === null && member.heldSync === null) assert.is.not(member.expiresAt, null)
  }
  const names = all.flatMap(({ instanceId }) => (instanceId === null ? [] : [instanceId]))
  assert.is(new Set(names).size, names.length, 'a static name is one member')
  const next = nextDeadline(group)
  if (members.size === 0 && pending.size === 0 && state !== 'PreparingRebalance') assert.is(next, null)
  if (next !== null) assert.ok(next >= now - 7000, 'deadlines do not lag behind')
}
