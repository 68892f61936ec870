import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { int16, int32, string } from '../field'

/** Stay a member of a classic group, and hear whether it rebalances. */
export const Heartbeat = defineApi({
  name: 'Heartbeat',
  key: 12,
  versions: [0, 4],
  flexible: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    /** Name of a static member, which may be away for a session without a rebalance (KIP-345). */
    groupInstanceId: string.since(3).nullable().default(null),
  },
  response: { throttleTimeMs: int32.since(1).ignorable(), errorCode: int16 },
})
export interface HeartbeatRequest extends RequestOf<typeof Heartbeat> {}
export interface HeartbeatResponse extends ResponseOf<typeof Heartbeat> {}
