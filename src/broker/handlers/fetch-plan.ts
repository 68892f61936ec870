import type { Apis, ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'
import { readPartition, type PartitionRead } from './fetch-partition'
import { lastOfEach, type TopicShape } from './last-of-each'
import { topicRef } from './lookup'

type FetchRequest = ReceivedRequestOf<typeof Apis.Fetch>
type AskedTopic = FetchRequest['topics'][number]
type AskedPartition = AskedTopic['partitions'][number]

/** What a Fetch is after. */
export interface FetchPlan extends Pick<
  FetchRequest,
  'minBytes' | 'maxBytes' | 'maxWaitMs' | 'isolationLevel' | 'rackId'
> {
  readonly asked: ReturnType<typeof lastOfEach<AskedTopic, AskedPartition>>
}

/** What was read of the partitions of one topic. */
export interface TopicRead {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly PartitionRead[]
}

export function planFetch(request: FetchRequest, { cluster }: Call): FetchPlan {
  const { minBytes, maxWaitMs, isolationLevel, rackId } = request
  const maxBytes = Math.min(request.maxBytes, cluster.config.int('fetch.max.bytes'))
  return { minBytes, maxBytes, maxWaitMs, isolationLevel, rackId, asked: lastOfEach(request.topics, shape) }
}

const shape: TopicShape<AskedTopic, AskedPartition> = {
  key: ({ topic, topicId }) => `${topic} ${topicId}`,
  partitions: topic => topic.partitions,
  index: asked => asked.partition,
}

/** Each partition in its turn, as long as the answer has room; the first batch of all may be larger than that. */
export function readAll(
  { asked, maxBytes, isolationLevel, rackId }: FetchPlan,
  call: Call,
): readonly TopicRead[] {
  let room = maxBytes
  let isEmpty = true
  return asked.map(({ topic: { topic, topicId }, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(one => {
      const limits = { room, isEmpty, isolationLevel, rackId }
      const read = readPartition(topicRef(topic, topicId, call), one, limits, call)
      room = Math.max(0, room - read.bytes)
      isEmpty &&= read.bytes === 0
      return read
    }),
  }))
}

/** What nobody knows does not end the wait for what is known, but alone there is nothing to wait for. */
export function isEnough(read: readonly TopicRead[], plan: FetchPlan): boolean {
  const known = read.flatMap(topic => topic.partitions).filter(one => !one.isUnknown)
  if (plan.maxWaitMs <= 0 || known.length === 0) return true
  const bytes = known.reduce((sum, one) => sum + one.bytes, 0)
  return bytes >= bytesWanted(plan) || known.some(endsWait)
}

/** So many bytes are worth an answer. */
export function bytesWanted({ minBytes, maxBytes }: FetchPlan): number {
  return Math.min(minBytes, maxBytes)
}

/** It is to be told at once, whatever there is to read. */
export function endsWait({ answer, endsWait }: PartitionRead): boolean {
  return answer.errorCode !== 0 || endsWait
}
