import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { AppendOutcome } from '../log'
import type { Call } from './call'
import { CloseConnection, defineHandler, NO_ANSWER } from './handler'
import { lastOfEach, type TopicShape } from './last-of-each'
import { codeOf, endpointsOf, findLed, hintsSince, leaderHint, topicRef, type TopicRef } from './lookup'

type ProduceRequest = ReceivedRequestOf<typeof Apis.Produce>
type TopicData = ProduceRequest['topicData'][number]
type PartitionData = TopicData['partitionData'][number]

const known = { all: -1, none: 0, leader: 1 }
const magicAt = 16

/** Appends batches to logs. With acks 0 there is no answer, and an error closes the connection. */
export const produce = defineHandler(Apis.Produce, {
  handle(request, call) {
    const responses = lastOfEach(request.topicData, shape).map(
      ({ topic: { name, topicId }, partitions }) => ({
        name,
        topicId,
        partitionResponses: partitions.map(data =>
          append(topicRef(name, topicId, call), data, request.acks, call),
        ),
      }),
    )
    if (request.acks === known.none) return unanswered(responses)
    const leaders = responses.flatMap(({ partitionResponses }) => partitionResponses.flatMap(leaderOf))
    return { responses, nodeEndpoints: endpointsOf(leaders, call) }
  },

  refuse({ acks, topicData }, code) {
    // Nobody waits for an answer.
    if (acks === known.none) throw new CloseConnection(`Produce with acks 0 failed with error code ${code}`)
    return {
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => ({ ...nothing(index), errorCode: code })),
      })),
    }
  },
})

const shape: TopicShape<TopicData, PartitionData> = {
  key: ({ name, topicId }) => `${name} ${topicId}`,
  partitions: topic => topic.partitionData,
  index: data => data.index,
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

function append(topic: TopicRef, data: PartitionData, acks: number, call: Call): PartitionAnswer {
  const { found: partition, error } = findLed(topic, data.index, call)
  if (partition === undefined) {
    const hint = call.version < hintsSince.produce ? undefined : leaderHint(topic, data.index, error, call)
    return failure(data.index, error, hint)
  }
  const records = data.records ?? Buffer.alloc(0)
  const fault = acksFault(acks, records)
  if (fault !== undefined) return failure(data.index, fault)
  const minInSync = partition.settings.minInsyncReplicas
  if (acks === known.all && partition.isr.length < minInSync)
    return failure(data.index, 'NOT_ENOUGH_REPLICAS')
  const { clock, cluster, version } = call
  const at = { leaderEpoch: partition.leaderEpoch, now: clock.now(), version }
  const before = partition.log.sizeInBytes
  const outcome = partition.log.append(records, at)
  if (outcome.error === undefined && !outcome.duplicate) {
    partition.changed()
    cluster.retention.grewBy(partition.log.sizeInBytes - before)
  }
  return answered(partition, outcome)
}

/** Kafka looks at the format of a batch before it looks at the acks, and at the batch itself after. */
function acksFault(acks: number, records: Buffer): ErrorName | undefined {
  if (Object.values(known).includes(acks)) return undefined
  return records[magicAt] === 2 ? 'INVALID_REQUIRED_ACKS' : 'INVALID_RECORD'
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
