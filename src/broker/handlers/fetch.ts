import type { Timer } from '../../kernel'
import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'
import { readPartition, type PartitionRead } from './fetch-partition'
import { defineHandler } from './handler'
import { endpointsOf, findLed, topicRef } from './lookup'

type FetchRequest = ReceivedRequestOf<typeof Apis.Fetch>

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
    if (request.sessionId !== 0)
      return { errorCode: errorCode('FETCH_SESSION_ID_NOT_FOUND'), sessionId: 0, responses: [] }
    const read = readAll(request, call)
    return isEnough(read, request) ? answer(read, call) : readLater(request, call)
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

/** Each partition in its turn, as long as the answer has room; the first batch of all may be larger than that. */
function readAll(request: FetchRequest, call: Call): readonly TopicRead[] {
  let room = request.maxBytes
  let isEmpty = true
  return request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(asked => {
      const { isolationLevel } = request
      const read = readPartition(
        topicRef(topic, topicId, call),
        asked,
        { room, isEmpty, isolationLevel },
        call,
      )
      room -= read.bytes
      isEmpty &&= read.bytes === 0
      return read
    }),
  }))
}

function isEnough(read: readonly TopicRead[], { minBytes, maxWaitMs }: FetchRequest): boolean {
  const partitions = read.flatMap(topic => topic.partitions)
  if (maxWaitMs <= 0 || partitions.length === 0) return true
  const bytes = partitions.reduce((sum, one) => sum + one.bytes, 0)
  return bytes >= minBytes || partitions.some(one => one.answer.errorCode !== 0 || one.isDiverging)
}

/** Reads anew after one of the partitions has changed: in the next turn, once for all that came in this one. */
function readLater(request: FetchRequest, call: Call): Promise<ReturnType<typeof answer>> {
  return new Promise(resolve => {
    const stops: (() => void)[] = []
    const finish = (read: readonly TopicRead[]): void => {
      for (const stop of stops) stop()
      resolve(answer(read, call))
    }
    let isLooking = false
    const look = (): void => {
      isLooking = false
      const read = readAll(request, call)
      if (isEnough(read, request)) finish(read)
    }
    const lookSoon = (): void => {
      if (!isLooking) stops.push(cancelling(call.clock.soon(look)))
      isLooking = true
    }
    const timer = call.clock.after(request.maxWaitMs, () => finish(readAll(request, call)))
    stops.push(cancelling(timer))
    stops.push(call.onGone(() => finish([])))
    for (const { topic, topicId, partitions } of request.topics)
      for (const { partition } of partitions) {
        const { found } = findLed(topicRef(topic, topicId, call), partition, call)
        if (found) stops.push(found.watch(lookSoon))
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
