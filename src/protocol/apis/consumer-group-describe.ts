import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, string, struct, uuid } from '../field'

const topicPartitions = { topicId: uuid, topicName: string, partitions: array(int32) }

const assignment = {
  topicPartitions: array(topicPartitions),
}

/** State and members of groups of the KIP-848 kind; their coordinator only. */
export const ConsumerGroupDescribe = defineApi({
  name: 'ConsumerGroupDescribe',
  key: 69,
  versions: [0, 1],
  flexible: 0,
  request: { groupIds: array(string), includeAuthorizedOperations: bool },
  response: {
    throttleTimeMs: int32,
    groups: array({
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      groupId: string,
      /** Assigning, Reconciling, Stable, Empty or Dead. */
      groupState: string,
      groupEpoch: int32,
      assignmentEpoch: int32,
      assignorName: string,
      members: array({
        memberId: string,
        instanceId: string.nullable().default(null),
        rackId: string.nullable().default(null),
        memberEpoch: int32,
        clientId: string,
        clientHost: string,
        subscribedTopicNames: array(string),
        subscribedTopicRegex: string.nullable().default(null),
        assignment: struct(assignment),
        targetAssignment: struct(assignment),
        /** -1 unknown, 0 classic protocol, 1 KIP-848. */
        memberType: int8.since(1).default(-1).ignorable(),
      }),
      /** Bit field of what we may do; -2147483648 when it was not asked for (KIP-430). */
      authorizedOperations: int32.default(-2147483648),
    }),
  },
})
export interface ConsumerGroupDescribeRequest extends RequestOf<typeof ConsumerGroupDescribe> {}
export interface ConsumerGroupDescribeResponse extends ResponseOf<typeof ConsumerGroupDescribe> {}
