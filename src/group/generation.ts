import type { GroupMember } from '../assignors'
import { membersIn } from './assignments'
import type { JoinAnswer } from './classic-requests'
import type { Joined } from './classic-state'

/** A generation of the group, as one of its members knows it. */
export interface Generation extends Joined {
  /** Name of the assignor that all members have. */
  readonly protocolName: string
  /** Everybody, for the leader; undefined for the others. */
  readonly members: readonly GroupMember[] | undefined
  /** A static leader came back, and what was assigned stands (KIP-814). */
  readonly isDivided: boolean
}

/** What a successful answer tells. */
export function generationOf(answer: JoinAnswer): Generation {
  const { memberId, generationId, protocolName, leader, skipAssignment } = answer
  return {
    memberId,
    generationId,
    protocolName: protocolName ?? '',
    members: leader === memberId ? membersIn(answer) : undefined,
    isDivided: skipAssignment,
  }
}
