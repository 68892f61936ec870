import { byTopic, toBigInt, type TopicPartition } from '../../kernel'
import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { storeOffsets, type OffsetToCommit } from '../groups'
import type { Call } from './call'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'
import { findTopic } from './lookup'
import { refuseEach } from './refuse-each'

type Request = ReceivedRequestOf<typeof Apis.OffsetCommit>
type RequestTopic = Request['topics'][number]
type RequestPartition = RequestTopic['partitions'][number]

/** Since then a group that does not exist is told as such; before, its members were of another generation. */
const firstWithGroupIdNotFound = 9
const firstWithTopicId = 10

/** A partition and what became of it; `topic` is what the answer calls it by. */
interface Row extends TopicPartition {
  readonly error: ErrorName
}

/** Stores how far a group has read. */
export const offsetCommit = defineHandler(Apis.OffsetCommit, {
  async handle(request, call) {
    const checked = request.topics.flatMap(topic => check(topic, call))
    const wrong = checked.flatMap(({ row }) => (row.error === 'NONE' ? [] : [row]))
    const right = checked.filter(({ row }) => row.error === 'NONE')
    const offsets = right.map(({ offset }) => offset)
    const errors = offsets.length > 0 ? await store(request, offsets, call) : []
    // What Kafka refuses before it asks the coordinator comes first in its answer.
    return answerOf([...wrong, ...right.map(({ row }, i) => ({ ...row, error: errors[i]! }))], call)
  },

  refuse: ({ topics }, code) => ({
    topics: refuseEach(topics, ({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  }),
})

/** Each partition of a topic: as it is to be stored, and whether it exists. */
function check(topic: RequestTopic, call: Call): { row: Row; offset: OffsetToCommit }[] {
  const { name, topicId } = topic
  const isById = call.version >= firstWithTopicId
  const { found, error } = findTopic(isById ? { topicId } : { name }, call)
  const called = isById ? topicId : name
  return topic.partitions.map(partition => {
    const { partitionIndex: index } = partition
    const missing =
      found?.partitions[index] === undefined ? ('UNKNOWN_TOPIC_OR_PARTITION' as const) : undefined
    const wrong = error ?? missing ?? call.injected(found?.name ?? name, index) ?? 'NONE'
    const row = { topic: called, partition: index, error: wrong }
    return { row, offset: offsetOf(found?.name ?? name, partition) }
  })
}

function offsetOf(topic: string, partition: RequestPartition): OffsetToCommit {
  const timestamp = Number(toBigInt(partition.commitTimestamp))
  return {
    topic,
    partition: partition.partitionIndex,
    offset: toBigInt(partition.committedOffset),
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata,
    committedAt: timestamp < 0 ? null : timestamp,
  }
}

async function store(
  request: Request,
  offsets: readonly OffsetToCommit[],
  call: Call,
): Promise<readonly ErrorName[]> {
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch } = request
  const { groups } = call.cluster
  if (call.version === 0) {
    const { clock } = call
    const rest = { retentionMs: null, settings: groups.settings }
    return storeOffsets(groups.zooKeeperOffsets(groupId), offsets, clock.now(), rest)
  }
  const refusal = groupRefusal(groupId, call)
  if (refusal) return offsets.map(() => refusal)
  const retentionMs = Number(toBigInt(request.retentionTimeMs))
  return groups.commit({
    ...{ groupId, memberId, instanceId: groupInstanceId, generationId: generationIdOrMemberEpoch },
    knowsGroupIdNotFound: call.version >= firstWithGroupIdNotFound,
    offsets,
    retentionMs: retentionMs < 0 ? null : retentionMs,
  })
}

function answerOf(rows: readonly Row[], { version }: Call) {
  return {
    topics: [...byTopic(rows)].map(([called, partitions]) => ({
      ...(version >= firstWithTopicId ? { topicId: called } : { name: called }),
      partitions: partitions.map(({ partition, error }) => ({
        partitionIndex: partition,
        errorCode: errorCode(error),
      })),
    })),
  }
}
