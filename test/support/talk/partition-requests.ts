import type { Int64Input } from '../../../src/kernel'
import type { Apis, RequestOf } from '../../../src/protocol'
import type { RawConnection } from '../wire'

type FetchRequest = RequestOf<typeof Apis.Fetch>
type ProduceRequest = RequestOf<typeof Apis.Produce>
type ListRequest = RequestOf<typeof Apis.ListOffsets>
type FetchedPartition = FetchRequest['topics'][number]['partitions'][number]
type ListedPartition = ListRequest['topics'][number]['partitions'][number]

/** How requests name a partition: by the topic's name, or from some version on by its id. */
export interface Place {
  readonly topic: string
  readonly topicId: string
  readonly index: number
}

/** Where and in which version to ask; default the leader, on the connection that the case shares. */
export interface Asking {
  readonly version?: number
  readonly on?: RawConnection
}

export interface ProduceOptions extends Asking, Partial<Omit<ProduceRequest, 'topicData'>> {}

export interface FetchOptions extends Asking, Partial<Omit<FetchRequest, 'topics'>> {
  /** What is asked of the partition. */
  readonly of?: Partial<FetchedPartition>
}

export interface ListOptions extends Asking {
  readonly isolationLevel?: number
  /** What is asked of the partition. */
  readonly of?: Partial<ListedPartition>
}

/** It waits for all replicas. */
export function produceRequest(
  { topic: name, topicId, index }: Place,
  records: Buffer | null,
  { version: _, on: __, ...options }: ProduceOptions,
): ProduceRequest {
  const topicData = [{ name, topicId, partitionData: [{ index, records }] }]
  return { acks: -1, timeoutMs: 5000, topicData, ...options }
}

/** It waits for nothing. */
export function fetchRequest(
  { topic, topicId, index: partition }: Place,
  fetchOffset: Int64Input,
  { version: _, on: __, of, ...options }: FetchOptions,
): FetchRequest {
  const partitions = [{ partition, fetchOffset, partitionMaxBytes: 1_048_576, ...of }]
  return { maxWaitMs: 0, minBytes: 0, topics: [{ topic, topicId, partitions }], ...options }
}

export function listOffsetsRequest(
  { topic: name, index: partitionIndex }: Place,
  timestamp: Int64Input,
  { version: _, on: __, of, ...options }: ListOptions,
): ListRequest {
  const partitions = [{ partitionIndex, timestamp, ...of }]
  return { replicaId: -1, topics: [{ name, partitions }], ...options }
}
