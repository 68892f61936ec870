import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string, uuid } from '../field'

/** Remove topics, by name or from version 6 by id; controller. */
export const DeleteTopics = defineApi({
  name: 'DeleteTopics',
  key: 20,
  versions: [0, 6],
  flexible: 4,
  request: {
    /** KIP-516: by name or by id. */
    topics: array({ name: string.nullable().default(null), topicId: uuid }).since(6),
    topicNames: array(string).until(5).ignorable(),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    responses: array({
      name: string.nullable(6),
      topicId: uuid.since(6).ignorable(),
      errorCode: int16,
      errorMessage: string.since(5).nullable().default(null).ignorable(),
    }),
  },
})
export interface DeleteTopicsRequest extends RequestOf<typeof DeleteTopics> {}
export interface DeleteTopicsResponse extends ResponseOf<typeof DeleteTopics> {}
