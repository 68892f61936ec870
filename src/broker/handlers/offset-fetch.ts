import { byTopic } from '../../kernel'
import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { CommittedOffset } from '../groups'
import type { Call } from './call'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'
import { codeOf, findTopic } from './lookup'

type Request = ReceivedRequestOf<typeof Apis.OffsetFetch>

interface AskedTopic {
  readonly name: string
  readonly topicId?: string
  readonly partitionIndexes: readonly number[]
}

/** One group of a request, whatever its version. */
interface AskedGroup {
  readonly groupId: string
  /** Null asks for all. */
  readonly topics: readonly AskedTopic[] | null
  readonly requireStable: boolean
}

const firstWithGroupError = 2
const firstWithManyGroups = 8
const firstWithTopicId = 10

/** What groups have committed; `requireStable` waits for open transactions that have set offsets (KIP-447). */
export const offsetFetch = defineHandler(Apis.OffsetFetch, {
  handle(request, call) {
    const answers = askedGroups(request, call).map(group => answerFor(group, call))
    return shape(answers, call)
  },

  refuse(request, code, call) {
    return shape(
      askedGroups(request, call).map(group => refusedGroup(group, code, call)),
      call,
    )
  },
})

function askedGroups(request: Request, { version }: Call): readonly AskedGroup[] {
  const { groups, requireStable } = request
  const asked = version >= firstWithManyGroups ? groups : [request]
  return asked.map(({ groupId, topics }) => ({ groupId, topics, requireStable }))
}

function answerFor(group: AskedGroup, call: Call) {
  const { groupId, topics } = group
  const refusal = call.version === 0 ? undefined : groupRefusal(groupId, call)
  if (refusal) return refusedGroup(group, errorCode(refusal), call)
  const answered = topics === null ? all(group, call) : topics.map(topic => oneTopic(group, topic, call))
  return { groupId, topics: answered, errorCode: 0 }
}

type AnsweredGroup = ReturnType<typeof answerFor>

/** All that is committed. Who asks by topic ids does not hear of topics that are gone. */
function all({ groupId, requireStable }: AskedGroup, call: Call) {
  const stored = call.cluster.groups.fetchAllOffsets(groupId)
  return [...byTopic(stored)].flatMap(([name, offsets]) => {
    const { found } = findTopic({ name }, call)
    if (call.version >= firstWithTopicId && found === undefined) return []
    const unstable = requireStable ? call.cluster.groups.unstable(groupId, offsets) : []
    const partitions = offsets.map(one => {
      const wrong = unstable.includes(one) ? unstableError : call.injected(name, one.partition)
      return partitionOf(one.partition, one, wrong)
    })
    return [{ ...called(name, found?.id, call), partitions }]
  })
}

function oneTopic({ groupId, requireStable }: AskedGroup, asked: AskedTopic, call: Call) {
  const { topicId, partitionIndexes } = asked
  const isById = call.version >= firstWithTopicId && topicId !== undefined
  const ref = isById ? { topicId } : { name: asked.name }
  const { found, error } = findTopic(ref, call)
  // A topic may be asked for by its name before it is there, or after.
  const name = found?.name ?? asked.name
  const wrong = call.version >= firstWithTopicId ? error : undefined
  const wanted = partitionIndexes.map(partition => ({ topic: name, partition }))
  const unstable = requireStable ? call.cluster.groups.unstable(groupId, wanted) : []
  const offsets = wrong ? [] : offsetsOf(groupId, wanted, call)
  const partitions = partitionIndexes.map((index, i) => {
    const missing = call.version === 0 && offsets[i] === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : undefined
    const waits = unstable.includes(wanted[i]!) ? unstableError : undefined
    return partitionOf(index, offsets[i], wrong ?? missing ?? waits ?? call.injected(name, index))
  })
  return { ...called(name, topicId, call), partitions }
}

function offsetsOf(groupId: string, wanted: readonly { topic: string; partition: number }[], call: Call) {
  const { groups } = call.cluster
  if (call.version > 0) return groups.fetchOffsets(groupId, wanted)
  const inZooKeeper = groups.zooKeeperOffsets(groupId)
  return wanted.map(partition => inZooKeeper.get(partition))
}

function partitionOf(partitionIndex: number, stored: CommittedOffset | undefined, error?: ErrorName) {
  const { offset, leaderEpoch, metadata } = (error === undefined && stored) || nothingStored
  return {
    partitionIndex,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch,
    metadata,
    errorCode: codeOf(error),
  }
}

const unstableError = 'UNSTABLE_OFFSET_COMMIT'
const nothingStored = { offset: -1n, leaderEpoch: -1, metadata: '' }

/** Before an answer had an error of its own, each partition got it. */
function refusedGroup({ groupId, topics }: AskedGroup, code: number, call: Call) {
  const refusedTopics = (topics ?? []).map(({ name, topicId, partitionIndexes }) => ({
    ...called(name, topicId, call),
    partitions: partitionIndexes.map(index => ({ ...partitionOf(index, undefined), errorCode: code })),
  }))
  return { groupId, topics: call.version < firstWithGroupError ? refusedTopics : [], errorCode: code }
}

const called = (name: string, topicId: string | undefined, { version }: Call) =>
  version >= firstWithTopicId ? { name: '', topicId: topicId! } : { name }

function shape(groups: readonly AnsweredGroup[], { version }: Call) {
  if (version >= firstWithManyGroups) return { topics: [], groups }
  const [{ topics, errorCode: code } = { topics: [], errorCode: 0 }] = groups
  return { topics, errorCode: code, groups: [] }
}
