import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string } from '../field'

/** Move replicas between the log directories of the broker asked. */
export const AlterReplicaLogDirs = defineApi({
  name: 'AlterReplicaLogDirs',
  key: 34,
  versions: [0, 2],
  flexible: 2,
  request: {
    dirs: array({
      path: string,
      topics: array({ name: string, partitions: array(int32) }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      topicName: string,
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
export interface AlterReplicaLogDirsRequest extends RequestOf<typeof AlterReplicaLogDirs> {}
export interface AlterReplicaLogDirsResponse extends ResponseOf<typeof AlterReplicaLogDirs> {}
