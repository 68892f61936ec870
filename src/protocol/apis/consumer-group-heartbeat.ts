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
    memberId: string,
    memberEpoch: int32,
    instanceId: string.nullable().default(null),
    rackId: string.nullable().default(null),
    rebalanceTimeoutMs: int32.default(-1),
    subscribedTopicNames: array(string).nullable().default(null),
    subscribedTopicRegex: string.since(1).nullable().default(null),
    serverAssignor: string.nullable().default(null),
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
    assignment: struct({
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    })
      .nullable()
      .default(null),
  },
})
export interface ConsumerGroupHeartbeatRequest extends RequestOf<typeof ConsumerGroupHeartbeat> {}
export interface ConsumerGroupHeartbeatResponse extends ResponseOf<typeof ConsumerGroupHeartbeat> {}
