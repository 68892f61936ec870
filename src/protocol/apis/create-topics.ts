import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, string, uuid } from '../field'

/** Make topics; controller, to which a KRaft broker passes it on. */
export const CreateTopics = defineApi({
  name: 'CreateTopics',
  key: 19,
  versions: [0, 7],
  flexible: 5,
  request: {
    topics: array({
      name: string,
      /** -1 takes the broker's default (4+, KIP-464), or goes with `assignments`. */
      numPartitions: int32,
      /** -1 takes the broker's default (4+, KIP-464), or goes with `assignments`. */
      replicationFactor: int16,
      /** Replicas by hand; empty lets the controller choose. */
      assignments: array({ partitionIndex: int32, brokerIds: array(int32) }),
      configs: array({ name: string, value: string.nullable() }),
    }),
    /** How long to wait until the topics are known everywhere. */
    timeoutMs: int32.default(60000),
    /** Check, but make nothing. */
    validateOnly: bool.since(1),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      topicId: uuid.since(7).ignorable(),
      errorCode: int16,
      errorMessage: string.since(1).nullable().ignorable(),
      /** Why there are no `configs`. */
      topicConfigErrorCode: int16.since(5).tag(0).ignorable(),
      numPartitions: int32.since(5).default(-1).ignorable(),
      replicationFactor: int16.since(5).default(-1).ignorable(),
      /** KIP-525; null when we may not see them. */
      configs: array({
        name: string,
        value: string.nullable(),
        readOnly: bool,
        configSource: int8.default(-1).ignorable(),
        isSensitive: bool,
      })
        .since(5)
        .nullable()
        .ignorable(),
    }),
  },
})
export interface CreateTopicsRequest extends RequestOf<typeof CreateTopics> {}
export interface CreateTopicsResponse extends ResponseOf<typeof CreateTopics> {}
