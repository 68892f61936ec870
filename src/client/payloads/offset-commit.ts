import {
  byTopic,
  checkOffset,
  partitionKey,
  type Int64Input,
  type KafkaError,
  type TopicPartition,
} from '../../kernel'
import { brokerError, OffsetCommit } from '../../protocol'
import type { Answer, Sending } from '../broker'
import type { Outcome } from './fan-out'

/** What a group has done with one partition. */
export interface OffsetCommitPayload extends TopicPartition {
  /** The next offset to read: one more than that of the last message done. */
  readonly offset: Int64Input
  /** Leader epoch of the last message done, where known. */
  readonly leaderEpoch?: number
  /** A text kept with the offset. */
  readonly metadata?: string | null
}

export interface OffsetCommitResponse extends TopicPartition {
  readonly error: KafkaError | null
}

/** Who commits. The defaults are those of a consumer that stores offsets without being a member. */
export interface CommitIdentity {
  readonly generationId?: number
  readonly memberId?: string
  readonly groupInstanceId?: string | null
}

export interface ReadyCommit extends TopicPartition {
  readonly offset: bigint
  readonly leaderEpoch: number
  readonly metadata: string | null
}

export function readyCommit(
  { topic, partition, offset, leaderEpoch = -1, metadata = '' }: OffsetCommitPayload,
  i: number,
): ReadyCommit {
  return {
    topic,
    partition,
    leaderEpoch,
    metadata,
    offset: checkOffset(`sendOffsetCommitRequest payloads[${i}].offset`, offset),
  }
}

/** One OffsetCommit request for payloads of different partitions. */
export function commitSending(
  groupId: string,
  payloads: readonly ReadyCommit[],
  { generationId = -1, memberId = '', groupInstanceId = null }: CommitIdentity,
): Sending<typeof OffsetCommit> {
  return {
    api: OffsetCommit,
    purpose: `group:${groupId}`,
    maxVersion: 9,
    body: version => ({
      groupId,
      ...(version >= 1 ? { generationIdOrMemberEpoch: generationId, memberId } : {}),
      ...(version >= 7 ? { groupInstanceId } : {}),
      topics: [...byTopic(payloads)].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition, offset, leaderEpoch, metadata }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedMetadata: metadata,
          ...(version >= 6 ? { committedLeaderEpoch: leaderEpoch } : {}),
        })),
      })),
    }),
  }
}

/** What the answer says of each partition. */
export function commitOutcomes(
  groupId: string,
  { response, version, broker }: Answer<typeof OffsetCommit>,
): Map<string, Outcome<OffsetCommitResponse>> {
  const where = `OffsetCommit v${version} -> ${broker.name}, group ${groupId}`
  const outcomes = new Map<string, Outcome<OffsetCommitResponse>>()
  for (const { name, partitions } of response!.topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      const at = { topic: name, partition: partitionIndex }
      const outcome: Outcome<OffsetCommitResponse> =
        errorCode === 0
          ? { response: { ...at, error: null } }
          : { error: brokerError(errorCode, `${where}, ${name}/${partitionIndex}`) }
      outcomes.set(partitionKey(at), outcome)
    }
  }
  return outcomes
}

export function blankCommit({ topic, partition }: TopicPartition, error: KafkaError): OffsetCommitResponse {
  return { topic, partition, error }
}
