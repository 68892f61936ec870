import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, int64, records, string, struct, uuid } from '../field'

/** Append record batches to partitions; leaders only. With acks 0 there is no response at all. */
export const Produce = defineApi({
  name: 'Produce',
  key: 0,
  versions: [0, 13],
  flexible: 9,
  request: {
    /** Null unless the batches belong to a transaction. */
    transactionalId: string.since(3).nullable().default(null),
    /** -1 waits for all replicas in sync, 1 for the leader; 0 gets no answer. */
    acks: int16,
    /** How long the broker may wait for replicas. */
    timeoutMs: int32,
    topicData: array({
      name: string.until(12).ignorable(),
      /** Instead of the name from here on (KIP-516). */
      topicId: uuid.since(13).ignorable(),
      partitionData: array({
        index: int32,
        /** One batch from version 3 on, message sets before it. */
        records: records.nullable(),
      }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionResponses: array({
        index: int32,
        errorCode: int16,
        /** Offset of the first record; -1 with an error. */
        baseOffset: int64,
        /** The time that all records got, if the topic stamps them by append time; else -1. */
        logAppendTimeMs: int64.since(2).default(-1n).ignorable(),
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        /** KIP-467: the records for which the whole batch was refused. */
        recordErrors: array({
          /** Which record of the batch, from 0. */
          batchIndex: int32,
          batchIndexErrorMessage: string.nullable().default(null),
        })
          .since(8)
          .ignorable(),
        errorMessage: string.since(8).nullable().default(null).ignorable(),
        /** KIP-951: who leads now, with errors that say another broker does. */
        currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
          .since(10)
          .tag(0),
      }),
    }),
    throttleTimeMs: int32.since(1).ignorable(),
    /** KIP-951: addresses of the leaders named above. */
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable().default(null) })
      .since(10)
      .tag(0),
  },
})
export interface ProduceRequest extends RequestOf<typeof Produce> {}
export interface ProduceResponse extends ResponseOf<typeof Produce> {}
