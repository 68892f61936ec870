import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { AppendOutcome } from '../log'
import type { Call } from './call'
import { CloseConnection, defineHandler, NO_ANSWER } from './handler'
import { codeOf, endpointsOf, findLed, leaderHint } from './lookup'

type ProduceRequest = ReceivedRequestOf<typeof Apis.Produce>
type TopicData = ProduceRequest['topicData'][number]
type PartitionData = TopicData['partitionData'][number]

const known = { all: -1, none: 0, leader: 1 }

/** Appends batches to logs. With acks 0 there is no answer, and an error closes the connection. */
export const produce = defineHandler(Apis.Produce, {
  handle(request, call) {
    const isKnown = Object.values(known).includes(request.acks)
    const responses = request.topicData.map(topic => ({
      name: topic.name,
      topicId: topic.topicId,
      partitionResponses: lastOfEach(topic.partitionData).map(data =>
        isKnown ? append(topic, data, request.acks, call) : failure(data.index, 'INVALID_REQUIRED_ACKS'),
      ),
    }))
    if (request.acks === known.none) return unanswered(responses)
    const leaders = responses.flatMap(({ partitionResponses }) => partitionResponses.flatMap(leaderOf))
    return { responses, nodeEndpoints: endpointsOf(leaders, call) }
  },

  refuse: ({ topicData }, code) => ({
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ ...nothing(index), errorCode: code })),
    })),
  }),
})

/** Of several entries for one partition Kafka keeps the last. */
function lastOfEach(data: readonly PartitionData[]): readonly PartitionData[] {
  return [...new Map(data.map(entry => [entry.index, entry])).values()]
}

interface PartitionAnswer {
  readonly index: number
  readonly errorCode: number
  readonly baseOffset: bigint
  readonly logAppendTimeMs?: bigint
  readonly logStartOffset?: bigint
  readonly recordErrors?: readonly { batchIndex: number; batchIndexErrorMessage: string | null }[]
  readonly errorMessage?: string | null
  readonly currentLeader?: { leaderId: number; leaderEpoch: number } | undefined
}

function append(topic: TopicData, data: PartitionData, acks: number, call: Call): PartitionAnswer {
  const { found: partition, error } = findLed(topic, data.index, call)
  if (partition === undefined) return failure(data.index, error, leaderHint(topic, data.index, error, call))
  const minInSync = partition.settings.minInsyncReplicas
  if (acks === known.all && partition.isr.length < minInSync)
    return failure(data.index, 'NOT_ENOUGH_REPLICAS')
  const { clock, cluster, version } = call
  const at = { leaderEpoch: partition.leaderEpoch, now: clock.now(), version }
  const before = partition.log.sizeInBytes
  const outcome = partition.log.append(data.records ?? Buffer.alloc(0), at)
  if (outcome.error === undefined && !outcome.duplicate) {
    partition.changed()
    cluster.retention.grewBy(partition.log.sizeInBytes - before)
  }
  return answered(partition, outcome)
}

function answered(partition: Partition, outcome: AppendOutcome): PartitionAnswer {
  const { index } = partition
  if (outcome.error === undefined) {
    const { baseOffset, logAppendTimeMs, logStartOffset } = outcome
    return { index, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset }
  }
  return {
    ...failure(index, outcome.error),
    logStartOffset: outcome.logStartOffset,
    recordErrors: outcome.recordErrors.map(({ batchIndex, message }) => ({
      batchIndex,
      batchIndexErrorMessage: message,
    })),
    errorMessage: outcome.message,
  }
}

function failure(
  index: number,
  error: ErrorName,
  currentLeader?: PartitionAnswer['currentLeader'],
): PartitionAnswer {
  return { ...nothing(index), errorCode: codeOf(error), ...(currentLeader && { currentLeader }) }
}

const nothing = (index: number) => ({ index, baseOffset: -1n, logAppendTimeMs: -1n, logStartOffset: -1n })

const leaderOf = ({ currentLeader }: PartitionAnswer) => (currentLeader ? [currentLeader.leaderId] : [])

function unanswered(
  responses: readonly { readonly partitionResponses: readonly PartitionAnswer[] }[],
): typeof NO_ANSWER {
  const failed = responses
    .flatMap(({ partitionResponses }) => partitionResponses)
    .find(one => one.errorCode !== 0)
  // Nobody waits for an answer, so Kafka closes: the client refreshes its metadata when it notices.
  if (failed) throw new CloseConnection(`Produce with acks 0 failed with error code ${failed.errorCode}`)
  return NO_ANSWER
}
