import type { GroupMember } from './assignor'

/**
 * The members in the order in which Java's assignors see them: static ones by their names, then all others by their
 * ids, both by UTF-16 units. A static member so has the same place when it comes back under another id.
 */
export function inOrder(members: readonly GroupMember[]): readonly GroupMember[] {
  return [...members].sort(compare)
}

function compare(one: GroupMember, other: GroupMember): number {
  if (one.groupInstanceId !== null && other.groupInstanceId !== null)
    return byUnits(one.groupInstanceId, other.groupInstanceId)
  if (one.groupInstanceId !== null) return -1
  return other.groupInstanceId === null ? byUnits(one.memberId, other.memberId) : 1
}

function byUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
