import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, bytes, int16, int32, string } from '../field'

/** State and members of classic groups; their coordinator only. */
export const DescribeGroups = defineApi({
  name: 'DescribeGroups',
  key: 15,
  versions: [0, 6],
  flexible: 5,
  request: { groups: array(string), includeAuthorizedOperations: bool.since(3) },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    groups: array({
      errorCode: int16,
      errorMessage: string.since(6).nullable().default(null),
      groupId: string,
      /** PreparingRebalance, CompletingRebalance, Stable, Empty or Dead. */
      groupState: string,
      protocolType: string,
      /** Name of the assignor. */
      protocolData: string,
      members: array({
        memberId: string,
        groupInstanceId: string.since(4).nullable().default(null).ignorable(),
        clientId: string,
        clientHost: string,
        /** A ConsumerProtocolSubscription, for consumers. */
        memberMetadata: bytes,
        /** A ConsumerProtocolAssignment, for consumers. */
        memberAssignment: bytes,
      }),
      /** Bit field of what we may do; -2147483648 when it was not asked for (KIP-430). */
      authorizedOperations: int32.since(3).default(-2147483648),
    }),
  },
})
export interface DescribeGroupsRequest extends RequestOf<typeof DescribeGroups> {}
export interface DescribeGroupsResponse extends ResponseOf<typeof DescribeGroups> {}
