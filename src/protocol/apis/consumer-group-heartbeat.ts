import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string, struct, uuid } from '../field'

/**
 * All of a consumer's membership in one request: join, stay, leave, report and receive the assignment
 * (KIP-848).
 */
export const ConsumerGroupHeartbeat = defineApi({
  name: 'ConsumerGroupHeartbeat',
  key: 68,
  versions: [0, 1],
  flexible: 0,
  request: {
    groupId: string,
    /** Made by the member, and kept while the process lives (1+, KIP-1082). */
    memberId: string,
    /** 0 joins, -1 leaves, -2 leaves for a while as a static member; else the epoch that we are in. */
    memberEpoch: int32,
    /**
     * Null when there is none or, as with the fields below, when it has not changed since the last heartbeat.
     */
    instanceId: string.nullable().default(null),
    rackId: string.nullable().default(null),
    /** How long the member may take to let partitions go; -1 unchanged. */
    rebalanceTimeoutMs: int32.default(-1),
    subscribedTopicNames: array(string).nullable().default(null),
    /** RE2 syntax; the broker does the matching. */
    subscribedTopicRegex: string.since(1).nullable().default(null),
    serverAssignor: string.nullable().default(null),
    /** What the member holds. */
    topicPartitions: array({ topicId: uuid, partitions: array(int32) })
      .nullable()
      .default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    memberId: string.nullable().default(null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    /** Null when unchanged. */
    assignment: struct({
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    })
      .nullable()
      .default(null),
  },
})
export interface ConsumerGroupHeartbeatRequest extends RequestOf<typeof ConsumerGroupHeartbeat> {}
export interface ConsumerGroupHeartbeatResponse extends ResponseOf<typeof ConsumerGroupHeartbeat> {}
