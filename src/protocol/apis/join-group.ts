import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, bytes, int16, int32, string } from '../field'

/** Become a member of a classic group. Held back until all members have come or the rebalance times out. */
export const JoinGroup = defineApi({
  name: 'JoinGroup',
  key: 11,
  versions: [0, 9],
  flexible: 6,
  request: {
    groupId: string,
    /** Without a heartbeat for so long the member is put out. */
    sessionTimeoutMs: int32,
    /** How long members have to come back in a rebalance; -1 takes the session timeout. */
    rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
    /** '' the first time. */
    memberId: string,
    /** Name of a static member, which may be away for a session without a rebalance (KIP-345). */
    groupInstanceId: string.since(5).nullable().default(null),
    /** 'consumer' for consumers. */
    protocolType: string,
    /** The assignors that this member knows, best first. */
    protocols: array({
      name: string,
      /** A ConsumerProtocolSubscription, for consumers. */
      metadata: bytes,
    }),
    /** For the log of the broker (KIP-800). */
    reason: string.since(8).nullable().default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    errorCode: int16,
    generationId: int32.default(-1),
    protocolType: string.since(7).nullable().default(null).ignorable(),
    /** The assignor chosen. */
    protocolName: string.nullable(7),
    leader: string,
    /** A static leader came back: the assignment stands (KIP-814). */
    skipAssignment: bool.since(9),
    memberId: string,
    /** For the leader only; empty for the others. */
    members: array({
      memberId: string,
      groupInstanceId: string.since(5).nullable().default(null).ignorable(),
      metadata: bytes,
    }),
  },
})
export interface JoinGroupRequest extends RequestOf<typeof JoinGroup> {}
export interface JoinGroupResponse extends ResponseOf<typeof JoinGroup> {}
