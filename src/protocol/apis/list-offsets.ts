import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, int64, string } from '../field'

/** Ask a partition leader which offset belongs to a time, or where the log starts and ends. */
export const ListOffsets = defineApi({
  name: 'ListOffsets',
  key: 2,
  versions: [0, 11],
  flexible: 6,
  request: {
    /** -1 for consumers. */
    replicaId: int32,
    /** What "latest" means: 0 the high watermark, 1 the last stable offset. */
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** Leader epoch as we know it, so that a stale one is noticed (KIP-320); -1 skips the check. */
        currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
        /**
         * Milliseconds, or -1 latest, -2 earliest, -3 of the newest timestamp (7+, KIP-734), -4 earliest
         * local (8+), -5 latest tiered (9+), -6 earliest not yet tiered (11+).
         */
        timestamp: int64,
        /** How many segment starts to list. */
        maxNumOffsets: int32.until(0).default(1),
      }),
    }),
    /** How long the broker may search remote storage. */
    timeoutMs: int32.since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        /** Starts of segments before the time, newest first. */
        oldStyleOffsets: array(int64).until(0),
        /** Of the record found; -1 when a place was asked for, or nothing found. */
        timestamp: int64.since(1).default(-1n),
        /** First offset with that time or later; -1 when there is none. */
        offset: int64.since(1).default(-1n),
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
})
export interface ListOffsetsRequest extends RequestOf<typeof ListOffsets> {}
export interface ListOffsetsResponse extends ResponseOf<typeof ListOffsets> {}
