import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, string } from '../field'

/** Raise the number of partitions of topics; controller. Keys then go to other partitions. */
export const CreatePartitions = defineApi({
  name: 'CreatePartitions',
  key: 37,
  versions: [0, 3],
  flexible: 2,
  request: {
    topics: array({
      name: string,
      /** The new total. */
      count: int32,
      /** Replicas of the new partitions by hand; null lets the controller choose. */
      assignments: array({ brokerIds: array(int32) }).nullable(),
    }),
    timeoutMs: int32,
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    results: array({ name: string, errorCode: int16, errorMessage: string.nullable().default(null) }),
  },
})
export interface CreatePartitionsRequest extends RequestOf<typeof CreatePartitions> {}
export interface CreatePartitionsResponse extends ResponseOf<typeof CreatePartitions> {}
