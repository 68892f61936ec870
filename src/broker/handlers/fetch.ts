import type { Timer } from '../../kernel'
import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'
import { readPartition, type PartitionRead } from './fetch-partition'
import { defineHandler } from './handler'
import { lastOfEach, type TopicShape } from './last-of-each'
import { endpointsOf, findTopic, topicRef } from './lookup'

type FetchRequest = ReceivedRequestOf<typeof Apis.Fetch>
type AskedTopic = FetchRequest['topics'][number]
type AskedPartition = AskedTopic['partitions'][number]

interface TopicRead {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly PartitionRead[]
}

/**
 * Reads batches: at once when there are `minBytes` of them or an error to tell, else when enough has arrived, at the
 * latest after `maxWaitMs`. No sessions are kept (KIP-227): the answer says session 0, and clients ask for everything
 * each time.
 */
export const fetch = defineHandler(Apis.Fetch, {
  handle(request, call) {
    if (request.sessionEpoch > 0)
      return { errorCode: errorCode('FETCH_SESSION_ID_NOT_FOUND'), sessionId: 0, responses: [] }
    const asked = lastOfEach(request.topics, shape)
    const maxBytes = Math.min(request.maxBytes, call.cluster.config.int('fetch.max.bytes'))
    const plan = { ...request, maxBytes, asked }
    const read = readAll(plan, call)
    return isEnough(read, plan) ? answer(read, call) : readLater(plan, call)
  },

  refuse: ({ topics }, code) => ({
    errorCode: code,
    sessionId: 0,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode: code,
        highWatermark: -1n,
        abortedTransactions: null,
        records: null,
      })),
    })),
  }),
})

const shape: TopicShape<AskedTopic, AskedPartition> = {
  key: ({ topic, topicId }) => `${topic} ${topicId}`,
  partitions: topic => topic.partitions,
  index: asked => asked.partition,
}

interface Plan extends FetchRequest {
  readonly asked: ReturnType<typeof lastOfEach<AskedTopic, AskedPartition>>
}

/** Each partition in its turn, as long as the answer has room; the first batch of all may be larger than that. */
function readAll({ asked, maxBytes, isolationLevel }: Plan, call: Call): readonly TopicRead[] {
  let room = maxBytes
  let isEmpty = true
  return asked.map(({ topic: { topic, topicId }, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(one => {
      const limits = { room, isEmpty, isolationLevel }
      const read = readPartition(topicRef(topic, topicId, call), one, limits, call)
      room = Math.max(0, room - read.bytes)
      isEmpty &&= read.bytes === 0
      return read
    }),
  }))
}

/** What nobody knows does not end the wait for what is known, but alone there is nothing to wait for. */
function isEnough(read: readonly TopicRead[], { minBytes, maxBytes, maxWaitMs }: Plan): boolean {
  const known = read.flatMap(topic => topic.partitions).filter(one => !one.isUnknown)
  if (maxWaitMs <= 0 || known.length === 0) return true
  const bytes = known.reduce((sum, one) => sum + one.bytes, 0)
  return (
    bytes >= Math.min(minBytes, maxBytes) || known.some(one => one.answer.errorCode !== 0 || one.endsWait)
  )
}

/** Reads anew after one of the partitions has changed: in the next turn, once for all that came in this one. */
function readLater(plan: Plan, call: Call): Promise<ReturnType<typeof answer>> {
  return new Promise(resolve => {
    const stops: (() => void)[] = []
    const finish = (read: readonly TopicRead[]): void => {
      for (const stop of stops) stop()
      resolve(answer(read, call))
    }
    let isLooking = false
    const look = (): void => {
      isLooking = false
      const read = readAll(plan, call)
      if (isEnough(read, plan)) finish(read)
    }
    const lookSoon = (): void => {
      if (!isLooking) stops.push(cancelling(call.clock.soon(look)))
      isLooking = true
    }
    const timer = call.clock.after(plan.maxWaitMs, () => finish(readAll(plan, call)))
    stops.push(cancelling(timer))
    stops.push(call.onGone(() => finish([])))
    for (const {
      topic: { topic, topicId },
      partitions,
    } of plan.asked)
      for (const { partition } of partitions) {
        const { found } = findTopic(topicRef(topic, topicId, call), call)
        const watched = found?.partitions[partition]
        if (watched) stops.push(watched.watch(lookSoon))
      }
  })
}

const cancelling = (timer: Timer) => () => timer.cancel()

function answer(read: readonly TopicRead[], call: Call) {
  const leaders = read.flatMap(({ partitions }) => partitions.flatMap(leaderOf))
  return {
    errorCode: 0,
    sessionId: 0,
    responses: read.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(one => one.answer),
    })),
    nodeEndpoints: endpointsOf(leaders, call),
  }
}

const leaderOf = ({ answer: { currentLeader } }: PartitionRead) =>
  currentLeader ? [currentLeader.leaderId] : []
