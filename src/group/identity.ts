/**
 * Whom a group knows: what commits are stored under, and what `sendOffsets` of a transaction takes. Once the member has
 * been put out of the group, or another generation has begun, the coordinator refuses what comes under it.
 */
export interface MemberIdentity {
  readonly groupId: string
  readonly memberId: string
  readonly generationId: number
  readonly groupInstanceId: string | null
}
