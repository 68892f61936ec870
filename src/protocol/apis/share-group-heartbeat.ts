import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string, struct, uuid } from '../field'

/** Join, stay in and leave a share group, and receive its assignment (KIP-932). */
export const ShareGroupHeartbeat = defineApi({
  name: 'ShareGroupHeartbeat',
  key: 76,
  versions: [1, 1],
  flexible: 0,
  request: {
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    rackId: string.nullable().default(null),
    subscribedTopicNames: array(string).nullable().default(null),
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
export interface ShareGroupHeartbeatRequest extends RequestOf<typeof ShareGroupHeartbeat> {}
export interface ShareGroupHeartbeatResponse extends ResponseOf<typeof ShareGroupHeartbeat> {}
