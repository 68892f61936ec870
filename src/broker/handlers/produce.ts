import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { AppendOutcome } from '../log'
import type { Call } from './call'
import { CloseConnection, defineHandler, NO_ANSWER } from './handler'
import { lastOfEach, type TopicShape } from './last-of-each'
import { codeOf, endpointsOf, findLed, hintsSince, leaderHint, topicRef } from './lookup'
import { isBusy, refuseBatches, type ForPartition, type Refusals } from './produce-in-transaction'
import type { Refusal } from './refusal'

type ProduceRequest = ReceivedRequestOf<typeof Apis.Produce>
type TopicData = ProduceRequest['topicData'][number]
type PartitionData = TopicData['partitionData'][number]

/** `add.partitions.to.txn.retry.backoff.ms` */
const retryMs = 20
/** `add.partitions.to.txn.retry.backoff.max.ms` */
const busyMs = 100

const known = { all: -1, none: 0, leader: 1 }
const magicAt = 16

/** Appends batches to logs. With acks 0 there is no answer, and an error closes the connection. */
export const produce = defineHandler(Apis.Produce, {
  handle(request, call) {
    const topics = lastOfEach(request.topicData, shape).map(({ topic: { name, topicId }, partitions }) => ({
      name,
      topicId,
      batches: partitions.map(({ index, records }) => ({
        topic: topicRef(name, topicId, call),
        index,
        records,
      })),
    }))
    const all = topics.flatMap(({ batches }) => batches)
    const refusals = refuseBatches(request.transactionalId, all, call)
    const write = (admitted: Refusals) => writeAll(topics, request, admitted, call)
    return isBusy(refusals, call) ? busy(all, request, call).then(write) : write(refusals)
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

interface TopicBatches {
  readonly name: string
  readonly topicId: string
  readonly batches: readonly ForPartition[]
}

function writeAll(topics: readonly TopicBatches[], { acks }: ProduceRequest, refusals: Refusals, call: Call) {
  const responses = topics.map(({ name, topicId, batches }) => ({
    name,
    topicId,
    partitionResponses: batches.map(batch => {
      const refused = refusals.get(batch)
      return refused ? refusedTo(batch, refused) : append(batch, acks, call)
    }),
  }))
  if (acks === known.none) return unanswered(responses)
  const leaders = responses.flatMap(({ partitionResponses }) => partitionResponses.flatMap(leaderOf))
  return { responses, nodeEndpoints: endpointsOf(leaders, call) }
}

/** While the end of the transaction before is being written: asks again for a while, as Kafka does. */
async function busy(
  batches: readonly ForPartition[],
  { transactionalId }: ProduceRequest,
  call: Call,
): Promise<Refusals> {
  for (const deadline = call.clock.now() + busyMs; ;) {
    await new Promise<void>(resolve => void call.clock.after(retryMs, resolve))
    const refusals = refuseBatches(transactionalId, batches, call)
    if (!isBusy(refusals, call) || call.clock.now() >= deadline) return refusals
  }
}

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

function append({ topic, index, ...batch }: ForPartition, acks: number, call: Call): PartitionAnswer {
  const { found: partition, error } = findLed(topic, index, call)
  if (partition === undefined) {
    const hint = call.version < hintsSince.produce ? undefined : leaderHint(topic, index, error, call)
    return failure(index, error, hint)
  }
  const records = batch.records ?? Buffer.alloc(0)
  const fault = acksFault(acks, records)
  if (fault !== undefined) return failure(index, fault)
  const isEnough = acks !== known.all || partition.isr.length >= partition.neededInSync
  if (!isEnough) return failure(index, 'NOT_ENOUGH_REPLICAS')
  const { clock, cluster, version } = call
  const at = { leaderEpoch: partition.leaderEpoch, now: clock.now(), version }
  const before = partition.log.sizeInBytes
  const outcome = partition.log.append(records, at)
  if (outcome.error === undefined && !outcome.duplicate) {
    partition.changed()
    cluster.retention.grewBy(partition.log.sizeInBytes - before)
    if (partition.log.producers.size > 0) cluster.producerExpiry.begin()
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

function refusedTo({ index }: ForPartition, { error, message }: Refusal): PartitionAnswer {
  return { ...failure(index, error), errorMessage: message }
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
