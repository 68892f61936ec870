import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bytes, int16, int32, string } from '../field'

/**
 * Hand in (leader) and receive (everybody) the assignment of a generation. Held back until the leader has
 * spoken.
 */
export const SyncGroup = defineApi({
  name: 'SyncGroup',
  key: 14,
  versions: [0, 5],
  flexible: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    /** Name of a static member, which may be away for a session without a rebalance (KIP-345). */
    groupInstanceId: string.since(3).nullable().default(null),
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    /** From the leader; empty from the others. */
    assignments: array({
      memberId: string,
      /** A ConsumerProtocolAssignment, for consumers. */
      assignment: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    /** A ConsumerProtocolAssignment, for consumers. */
    assignment: bytes,
  },
})
export interface SyncGroupRequest extends RequestOf<typeof SyncGroup> {}
export interface SyncGroupResponse extends ResponseOf<typeof SyncGroup> {}
