import { Apis, errorRow, type RequestOf } from '../../../src/protocol'
import type { ContractContext } from '../contract'
import { errorName } from './error-name'
import type { Group } from './group'
import { noTopicId, topicsOf } from './metadata'
import type { Talk } from './talk'

const { OffsetCommit, OffsetFetch } = Apis

export type CommitRequest = RequestOf<typeof OffsetCommit>

/** A topic under both its names: requests up to v9 say `name`, and from v10 on `topicId`. */
export interface Topic {
  readonly name: string
  readonly topicId: string
}

export async function newTopic(talk: Talk, { uniqueTopic }: ContractContext, partitions = 1): Promise<Topic> {
  const name = await uniqueTopic(partitions)
  const [{ topicId } = { topicId: noTopicId }] = await topicsOf(talk, 10, [{ name }])
  return { name, topicId }
}

const titled = (version: number, { name, topicId }: Topic) => (version >= 10 ? { topicId } : { name })

export interface Commit {
  readonly partition?: number
  readonly offset?: number
  readonly metadata?: string | null
  readonly epoch?: number
}

/** Commits, by default offset 5 of partition 0 without membership; returns the error of each partition by its number. */
export async function commit(
  talk: Talk,
  group: Group,
  topic: Topic,
  { version = 9, commits = [{}], ...as }: CommitOptions = {},
): Promise<Readonly<Record<number, string>>> {
  const partitions = commits.map(({ partition = 0, offset = 5, metadata = '', epoch }) => ({
    partitionIndex: partition,
    committedOffset: offset,
    committedMetadata: metadata,
    ...(epoch !== undefined && { committedLeaderEpoch: epoch }),
  }))
  const topics = [{ ...titled(version, topic), partitions }]
  const body = { groupId: group.name, topics, ...as }
  const answer = await talk.broker(group.coordinator).request(OffsetCommit, version, body)
  const [told, ...others] = answer.topics
  const isOurs = version >= 10 ? told?.topicId === topic.topicId : told?.name === topic.name
  if (!isOurs || others.length > 0) throw new Error(`other topics were answered: ${JSON.stringify(answer)}`)
  const codes = told!.partitions.map(one => [one.partitionIndex, errorName(one)])
  return Object.fromEntries(codes) as Record<number, string>
}

export interface CommitOptions extends Partial<Omit<CommitRequest, 'topics'>> {
  readonly version?: number
  readonly commits?: readonly Commit[]
}

/** What the group has stored for these partitions, or for all it knows: `topic/partition: offset, epoch, metadata`. */
export async function stored(
  talk: Talk,
  group: Group,
  { version = 9, of }: { readonly version?: number; readonly of?: readonly [Topic, ...number[]][] } = {},
): Promise<string[]> {
  const topics =
    of?.map(([topic, ...partitionIndexes]) => ({ ...titled(version, topic), partitionIndexes })) ?? null
  const groupId = group.name
  const one = { groupId, topics: topics as null }
  const body = version >= 8 ? { groups: [one] } : one
  const answer = await talk.broker(group.coordinator).request(OffsetFetch, version, body)
  const { errorCode, topics: told } = answer.groups[0] ?? answer
  if (errorCode !== 0) return [errorRow(errorCode).name]
  const lines = told.flatMap(topic =>
    topic.partitions.map(partition => {
      const { partitionIndex, committedOffset, committedLeaderEpoch, metadata } = partition
      const name = topic.name || ('topicId' in topic && topic.topicId)
      const value = `${String(committedOffset)}, ${committedLeaderEpoch}, ${metadata}`
      return `${name}/${partitionIndex}: ${partition.errorCode === 0 ? value : errorName(partition)}`
    }),
  )
  return lines.sort()
}
