import { Apis, errorCode } from '../../protocol'
import type { Call } from './call'
import type { PartitionRead } from './fetch-partition'
import { isEnough, planFetch, readAll, type TopicRead } from './fetch-plan'
import { defineHandler } from './handler'
import { HeldFetch } from './held-fetch'
import { endpointsOf } from './lookup'
import { refuseEach } from './refuse-each'

/** Epochs that begin a session and do without one: whatever session is named beside them is over. */
const fullEpochs = [0, -1]

/**
 * Reads batches: at once when there are `minBytes` of them or an error to tell, else when enough has arrived, at the
 * latest after `maxWaitMs`. No sessions are kept (KIP-227): the answer says session 0, and clients ask for everything
 * each time.
 */
export const fetch = defineHandler(Apis.Fetch, {
  handle(request, call) {
    if (!fullEpochs.includes(request.sessionEpoch))
      return { errorCode: errorCode('FETCH_SESSION_ID_NOT_FOUND'), sessionId: 0, responses: [] }
    const plan = planFetch(request, call)
    const read = readAll(plan, call)
    if (isEnough(read, plan)) return answer(read, call)
    return HeldFetch.read(plan, read, call).then(held => answer(held, call))
  },

  refuse: ({ topics }, code) => ({
    errorCode: code,
    sessionId: 0,
    responses: refuseEach(topics, ({ partition }) => ({
      partitionIndex: partition,
      errorCode: code,
      highWatermark: -1n,
      abortedTransactions: null,
      records: null,
    })),
  }),
})

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
