import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import { isInternalTopic, noUuid, type ClusterImage, type PartitionImage } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { operations, whenAsked } from './operations'
import { partitionFields } from './partition-fields'
import { topicNameFault } from './topic-name'

type DescribeTopicPartitionsRequest = ReceivedRequestOf<typeof Apis.DescribeTopicPartitions>
type Cursor = NonNullable<DescribeTopicPartitionsRequest['cursor']>

/** Partitions of topics, page by page (KIP-966). */
export const describeTopicPartitions = defineHandler(Apis.DescribeTopicPartitions, {
  handle(request, call) {
    const { image } = call.broker
    const asked = askedTopics(request, image)
    const { cursor } = request
    if (cursor !== null && (cursor.partitionIndex < 0 || !includes(asked, cursor, request)))
      return refusal(request, errorCode('INVALID_REQUEST'))
    return page(
      asked.filter(name => name >= (cursor?.topicName ?? '')),
      cursor,
      { limit: limitOf(request, call), image },
    )
  },

  refuse: refusal,
})

/** In the order of their names; none means all. */
function askedTopics({ topics }: DescribeTopicPartitionsRequest, image: ClusterImage): readonly string[] {
  const names = topics.length === 0 ? image.topics.keys() : topics.map(({ name }) => name)
  return [...new Set(names)].sort()
}

/** Where all are asked for, the cursor's topic may have gone since. */
function includes(
  asked: readonly string[],
  { topicName }: Cursor,
  { topics }: DescribeTopicPartitionsRequest,
) {
  return topics.length === 0 || asked.includes(topicName)
}

function limitOf({ responsePartitionLimit }: DescribeTopicPartitionsRequest, { cluster }: Call): number {
  const most = cluster.config.int('max.request.partition.size.limit')
  return Math.max(1, Math.min(responsePartitionLimit, most))
}

function page(
  names: readonly string[],
  cursor: Cursor | null,
  { limit, image }: { limit: number; image: ClusterImage },
) {
  const topics: ReturnType<typeof described>[] = []
  let room = limit
  for (const name of names) {
    if (room === 0) return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: 0 } }
    const first = name === cursor?.topicName ? cursor.partitionIndex : 0
    const all = image.topics.get(name)?.partitions ?? []
    topics.push(described(name, all.slice(first, first + room), image))
    if (all.length > first + room)
      return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: first + room } }
    room -= Math.max(0, all.length - first)
  }
  return { throttleTimeMs: 0, topics, nextCursor: null }
}

function described(name: string, partitions: readonly PartitionImage[], image: ClusterImage) {
  return {
    errorCode: errorOf(name, image),
    name,
    topicId: image.topics.get(name)?.id ?? noUuid,
    isInternal: isInternalTopic(name),
    partitions: partitions.map(partition => ({
      ...partitionFields(partition, image.brokers),
      // Without a leader, too: that is no error here.
      errorCode: 0,
      eligibleLeaderReplicas: partition.eligible,
      lastKnownElr: partition.lastKnown,
    })),
    topicAuthorizedOperations: operations.topic,
  }
}

function errorOf(name: string, { topics }: ClusterImage): number {
  if (topics.has(name)) return 0
  const isName = topicNameFault(name) === undefined
  return errorCode(isName ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION')
}

function refusal({ topics }: DescribeTopicPartitionsRequest, code: number) {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => ({
      errorCode: code,
      name,
      topicId: noUuid,
      partitions: [],
      topicAuthorizedOperations: whenAsked(false, operations.topic),
    })),
  }
}
