import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, int64, string } from '../field'

/** Log directories of the broker asked, and what lies in them. */
export const DescribeLogDirs = defineApi({
  name: 'DescribeLogDirs',
  key: 35,
  versions: [0, 5],
  flexible: 2,
  request: {
    /** Null asks for all. */
    topics: array({ topic: string, partitions: array(int32) }).nullable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(3).ignorable(),
    results: array({
      errorCode: int16,
      logDir: string,
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          partitionSize: int64,
          offsetLag: int64,
          isFutureKey: bool,
        }),
      }),
      totalBytes: int64.since(4).default(-1n).ignorable(),
      usableBytes: int64.since(4).default(-1n).ignorable(),
      isCordoned: bool.since(5).ignorable(),
    }),
  },
})
export interface DescribeLogDirsRequest extends RequestOf<typeof DescribeLogDirs> {}
export interface DescribeLogDirsResponse extends ResponseOf<typeof DescribeLogDirs> {}
