import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, int64, records, string, struct, uuid } from '../field'

/**
 * Read record batches; leaders, or a replica near by when a rack is named (KIP-392). May be held back until
 * minBytes or maxWaitMs.
 */
export const Fetch = defineApi({
  name: 'Fetch',
  key: 1,
  versions: [0, 18],
  flexible: 12,
  request: {
    /** KRaft replicas only; so are `replicaDirectoryId` and `highWatermark`. */
    clusterId: string.since(12).nullable().default(null).tag(0).ignorable(),
    /** -1 for consumers. */
    replicaId: int32.until(14).default(-1),
    /** For replicas, in place of `replicaId` (KIP-903). */
    replicaState: struct({ replicaId: int32.default(-1), replicaEpoch: int64.default(-1n) })
      .since(15)
      .tag(1),
    /** How long the broker may hold the request back to gather `minBytes`. */
    maxWaitMs: int32,
    minBytes: int32,
    /** Of the whole answer; a first batch larger than this comes all the same (KIP-74). */
    maxBytes: int32.since(3).default(0x7fffffff).ignorable(),
    /** 0 reads everything, 1 only what is committed. */
    isolationLevel: int8.since(4).ignorable(),
    /** KIP-227: 0 has no session yet. */
    sessionId: int32.since(7).ignorable(),
    /** KIP-227: 0 asks for a session, -1 does without or ends it, else one more than last time. */
    sessionEpoch: int32.since(7).default(-1).ignorable(),
    topics: array({
      topic: string.until(12).ignorable(),
      /** Instead of the name from here on (KIP-516). */
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partition: int32,
        /** Leader epoch as we know it, so that a stale one is noticed (KIP-320); -1 skips the check. */
        currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
        fetchOffset: int64,
        /** Leader epoch of the last batch read, to find a truncated log at once (KIP-595); -1 unknown. */
        lastFetchedEpoch: int32.since(12).default(-1),
        /** For replicas; -1 from consumers. */
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        /** A first batch larger than this comes all the same. */
        partitionMaxBytes: int32,
        replicaDirectoryId: uuid.since(17).tag(0).ignorable(),
        /** As the replica knows it (KIP-1166); 2^63 - 1 is not said. */
        highWatermark: int64.since(18).default(9223372036854775807n).tag(1).ignorable(),
      }),
    }),
    /** Partitions to take out of the session (KIP-227). */
    forgottenTopicsData: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(int32),
    }).since(7),
    /** Where the reader is, so that a replica near by may serve it (KIP-392). */
    rackId: string.since(11).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16.since(7).ignorable(),
    /** 0 when the broker keeps no session. */
    sessionId: int32.since(7),
    responses: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        highWatermark: int64,
        /** Transactions before it are decided: `read_committed` stops here. -1 unknown. */
        lastStableOffset: int64.since(4).default(-1n).ignorable(),
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        /** Set when the log was truncated below what the reader has (KIP-595). */
        divergingEpoch: struct({ epoch: int32.default(-1), endOffset: int64.default(-1n) })
          .since(12)
          .tag(0),
        /** KIP-951: who leads now, with errors that say another broker does. */
        currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
          .since(12)
          .tag(1),
        /** KRaft replicas only. */
        snapshotId: struct({ endOffset: int64.default(-1n), epoch: int32.default(-1) })
          .since(12)
          .tag(2),
        /** Whose records to skip, from which offset on. Null for `read_uncommitted`. */
        abortedTransactions: array({ producerId: int64, firstOffset: int64 }).since(4).nullable().ignorable(),
        /** Read from this broker instead (KIP-392); -1 is nobody. */
        preferredReadReplica: int32.since(11).default(-1),
        /** Whole batches, the last one perhaps cut off. */
        records: records.nullable(),
      }),
    }),
    /** KIP-951: addresses of the leaders named above. */
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable().default(null) })
      .since(16)
      .tag(0),
  },
})
export interface FetchRequest extends RequestOf<typeof Fetch> {}
export interface FetchResponse extends ResponseOf<typeof Fetch> {}
