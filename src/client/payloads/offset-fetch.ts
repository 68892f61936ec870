import {
  byTopic,
  partitionKey,
  toBigInt,
  type Int64Input,
  type KafkaError,
  type TopicPartition,
} from '../../kernel'
import { brokerError, OffsetFetch, type OffsetFetchResponse as OffsetFetchAnswer } from '../../protocol'
import type { Answer, Sending } from '../broker'
import type { Outcome } from './fan-out'

export type OffsetFetchPayload = TopicPartition

/** What a group has stored for one partition. */
export interface OffsetFetchResponse extends TopicPartition {
  readonly error: KafkaError | null
  /** The next offset to read; -1n when nothing is stored. */
  readonly offset: bigint
  /** Leader epoch of the last message done; -1 when not known. */
  readonly leaderEpoch: number
  readonly metadata: string | null
}

/**
 * One OffsetFetch request for payloads of different partitions. Asks for stable offsets, so that a commit of an
 * open transaction is waited for instead of overlooked.
 */
export function offsetFetchSending(
  groupId: string,
  payloads: readonly OffsetFetchPayload[],
): Sending<typeof OffsetFetch> {
  const topics = [...byTopic(payloads)].map(([name, list]) => ({
    name,
    partitionIndexes: list.map(({ partition }) => partition),
  }))
  return {
    api: OffsetFetch,
    purpose: `group:${groupId}`,
    maxVersion: 9,
    body: version => ({
      ...(version >= 8 ? { groups: [{ groupId, topics }] } : { groupId, topics }),
      ...(version >= 7 ? { requireStable: true } : {}),
    }),
  }
}

interface Told {
  readonly partitionIndex: number
  readonly committedOffset: Int64Input
  readonly committedLeaderEpoch: number
  readonly metadata: string | null
  readonly errorCode: number
}

/** What the answer says of each partition; an error of the whole group is every partition's error. */
export function offsetFetchOutcomes(
  groupId: string,
  { response, version, broker }: Answer<typeof OffsetFetch>,
  payloads: readonly OffsetFetchPayload[],
): Map<string, Outcome<OffsetFetchResponse>> {
  const where = `OffsetFetch v${version} -> ${broker.name}, group ${groupId}`
  const { errorCode, topics } = groupIn(response!, groupId)
  if (errorCode !== 0) {
    return new Map(payloads.map(at => [partitionKey(at), { error: brokerError(errorCode, where) }]))
  }
  const outcomes = new Map<string, Outcome<OffsetFetchResponse>>()
  for (const { name, partitions } of topics) {
    for (const told of partitions as readonly Told[]) {
      const at = { topic: name, partition: told.partitionIndex }
      outcomes.set(partitionKey(at), outcome(at, told, where))
    }
  }
  return outcomes
}

/** Versions from 8 on answer per group, older ones for the one group itself. */
function groupIn(
  response: OffsetFetchAnswer,
  groupId: string,
): Pick<OffsetFetchAnswer, 'errorCode' | 'topics'> {
  return response.groups.find(group => group.groupId === groupId) ?? response
}

/** Brokers answer UNKNOWN_TOPIC_OR_PARTITION where nothing is stored for a topic in ZooKeeper (version 0). */
function outcome(at: TopicPartition, told: Told, where: string): Outcome<OffsetFetchResponse> {
  if (told.errorCode !== 0)
    return { error: brokerError(told.errorCode, `${where}, ${at.topic}/${at.partition}`) }
  return {
    response: {
      ...at,
      error: null,
      offset: toBigInt(told.committedOffset),
      leaderEpoch: told.committedLeaderEpoch,
      metadata: told.metadata,
    },
  }
}

export function blankOffsetFetch(
  { topic, partition }: TopicPartition,
  error: KafkaError,
): OffsetFetchResponse {
  return { topic, partition, error, offset: -1n, leaderEpoch: -1, metadata: null }
}
