import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, int64, string, struct, uuid } from '../field'

/** Accept, release or reject acquired records of a share group; leaders only (KIP-932). */
export const ShareAcknowledge = defineApi({
  name: 'ShareAcknowledge',
  key: 79,
  versions: [1, 2],
  flexible: 0,
  request: {
    groupId: string.nullable().default(null),
    memberId: string.nullable(),
    shareSessionEpoch: int32,
    isRenewAck: bool.since(2),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        acknowledgementBatches: array({
          firstOffset: int64,
          lastOffset: int64,
          acknowledgeTypes: array(int8),
        }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    acquisitionLockTimeoutMs: int32.since(2).ignorable(),
    responses: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
        currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
      }),
    }),
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable().default(null) }),
  },
})
export interface ShareAcknowledgeRequest extends RequestOf<typeof ShareAcknowledge> {}
export interface ShareAcknowledgeResponse extends ResponseOf<typeof ShareAcknowledge> {}
