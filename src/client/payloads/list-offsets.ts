import {
  byTopic,
  checkInt64,
  OFFSET_LATEST,
  partitionKey,
  toBigInt,
  type Int64Input,
  type KafkaError,
  type TopicPartition,
} from '../../kernel'
import { brokerError, ListOffsets, type ListOffsetsResponse } from '../../protocol'
import type { Answer, Sending } from '../broker'
import type { Cluster } from '../cluster'
import type { Outcome } from './fan-out'

/** Which offset of a partition is wanted. */
export interface OffsetPayload extends TopicPartition {
  /**
   * `OFFSET_LATEST` (default), `OFFSET_EARLIEST`, or a time (Date, ms since the epoch): then the first message
   * at that time or later.
   */
  readonly time?: Int64Input | Date
  /** How many offsets a broker older than 0.10.1 may list. Default 1. */
  readonly maxOffsets?: number
}

export interface OffsetResponse extends TopicPartition {
  readonly error: KafkaError | null
  /** -1n when no message is that young. */
  readonly offset: bigint
  /** Of the message found; -1n for latest and earliest. */
  readonly timestamp: bigint
  /** -1 from brokers that do not tell. */
  readonly leaderEpoch: number
  /** All that a broker older than 0.10.1 listed, newest first; else the one offset. */
  readonly offsets: readonly bigint[]
}

export interface ReadyOffset extends TopicPartition {
  readonly time: bigint
  readonly maxOffsets: number
}

export function readyOffset(
  { topic, partition, time = OFFSET_LATEST, maxOffsets = 1 }: OffsetPayload,
  i: number,
): ReadyOffset {
  const given = time instanceof Date ? time.getTime() : time
  return { topic, partition, maxOffsets, time: checkInt64(`sendOffsetRequest payloads[${i}].time`, given) }
}

/**
 * One ListOffsets request for payloads of different partitions.
 *
 * @param cluster whose leader epochs are sent along, so that a leader of other times says so (KIP-320)
 */
export function listOffsetsSending(
  payloads: readonly ReadyOffset[],
  isolationLevel: number,
  cluster?: Cluster,
): Sending<typeof ListOffsets> {
  return {
    api: ListOffsets,
    purpose: 'main',
    body: version => ({
      replicaId: -1,
      ...(version >= 2 ? { isolationLevel } : {}),
      topics: [...byTopic(payloads)].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition, time, maxOffsets }) => ({
          partitionIndex: partition,
          timestamp: time,
          ...(version >= 4
            ? { currentLeaderEpoch: cluster?.partition(name, partition)?.leaderEpoch ?? -1 }
            : {}),
          ...(version === 0 ? { maxNumOffsets: maxOffsets } : {}),
        })),
      })),
    }),
  }
}

/** What the answer says of each partition. */
export function listOffsetsOutcomes({
  response,
  version,
  broker,
}: Answer<typeof ListOffsets>): Map<string, Outcome<OffsetResponse>> {
  const outcomes = new Map<string, Outcome<OffsetResponse>>()
  for (const { name, partitions } of response!.topics) {
    for (const told of partitions) {
      const at = { topic: name, partition: told.partitionIndex }
      outcomes.set(partitionKey(at), outcome(at, told, version, `ListOffsets v${version} -> ${broker.name}`))
    }
  }
  return outcomes
}

type Told = ListOffsetsResponse['topics'][number]['partitions'][number]

function outcome(at: TopicPartition, told: Told, version: number, where: string): Outcome<OffsetResponse> {
  if (told.errorCode !== 0)
    return { error: brokerError(told.errorCode, `${where}, ${at.topic}/${at.partition}`) }
  const offsets = version === 0 ? told.oldStyleOffsets.map(toBigInt) : [toBigInt(told.offset)]
  const [offset = -1n] = offsets
  const { leaderEpoch } = told
  return {
    response: { ...at, error: null, offset, offsets, leaderEpoch, timestamp: toBigInt(told.timestamp) },
  }
}

export function blankOffset({ topic, partition }: TopicPartition, error: KafkaError): OffsetResponse {
  return { topic, partition, error, offset: -1n, timestamp: -1n, leaderEpoch: -1, offsets: [] }
}
