import type { ErrorName } from '../../protocol'
import { staticMember, type ClassicGroup } from './classic-group'

/** Whether somebody is the member that it says it is; a static name that another member id has taken is fenced. */
export function checkMember(
  group: ClassicGroup,
  { memberId, instanceId }: { readonly memberId: string; readonly instanceId: string | null },
): ErrorName {
  if (instanceId !== null) {
    const known = staticMember(group, instanceId)
    if (known === undefined) return 'UNKNOWN_MEMBER_ID'
    if (known.memberId !== memberId) return 'FENCED_INSTANCE_ID'
  }
  return group.members.has(memberId) ? 'NONE' : 'UNKNOWN_MEMBER_ID'
}

/** The same, and whether it speaks of the present generation. */
export function checkGeneration(
  group: ClassicGroup,
  who: { readonly memberId: string; readonly instanceId: string | null; readonly generationId: number },
): ErrorName {
  const error = checkMember(group, who)
  if (error !== 'NONE') return error
  return who.generationId === group.generationId ? 'NONE' : 'ILLEGAL_GENERATION'
}
