import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, string, uuid } from '../field'

/** Who the brokers are, which topics there are and who leads their partitions; any broker answers. */
export const Metadata = defineApi({
  name: 'Metadata',
  key: 3,
  versions: [0, 13],
  flexible: 9,
  request: {
    /** Null asks for all topics; in version 0 an empty list does. */
    topics: array({
      /** Instead of the name, but only from version 12 on: before it brokers do not answer by id. */
      topicId: uuid.since(10).ignorable(),
      name: string.nullable(10),
    }).nullable(1),
    allowAutoTopicCreation: bool.since(4).default(true),
    includeClusterAuthorizedOperations: bool.since(8).until(10),
    includeTopicAuthorizedOperations: bool.since(8),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    brokers: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.since(1).nullable().default(null).ignorable(),
    }),
    clusterId: string.since(2).nullable().default(null).ignorable(),
    /** Under KRaft a broker that passes our request on; -1 unknown. */
    controllerId: int32.since(1).default(-1).ignorable(),
    topics: array({
      errorCode: int16,
      name: string.nullable(12),
      topicId: uuid.since(10).ignorable(),
      isInternal: bool.since(1).ignorable(),
      partitions: array({
        errorCode: int16,
        partitionIndex: int32,
        /** -1 when there is none. */
        leaderId: int32,
        leaderEpoch: int32.since(7).default(-1).ignorable(),
        replicaNodes: array(int32),
        isrNodes: array(int32),
        offlineReplicas: array(int32).since(5).ignorable(),
      }),
      /** Bit field of what we may do; -2147483648 when it was not asked for (KIP-430). */
      topicAuthorizedOperations: int32.since(8).default(-2147483648),
    }),
    clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
    /** REBOOTSTRAP_REQUIRED (KIP-1102). */
    errorCode: int16.since(13).ignorable(),
  },
})
export interface MetadataRequest extends RequestOf<typeof Metadata> {}
export interface MetadataResponse extends ResponseOf<typeof Metadata> {}
