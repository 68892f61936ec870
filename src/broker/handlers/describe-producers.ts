import { Apis } from '../../protocol'
import type { ProducerState } from '../log'
import type { Call } from './call'
import { defineHandler } from './handler'
import { findTopic } from './lookup'
import { refusal, verdict, type Refusal } from './refusal'
import { topicNameFault } from './topic-name'

/** Who writes to partitions, as any of their replicas knows (KIP-664). */
export const describeProducers = defineHandler(Apis.DescribeProducers, {
  handle({ topics }, call) {
    return {
      throttleTimeMs: 0,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map(index => producersOf(name, index, call)),
      })),
    }
  },

  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => ({
        partitionIndex,
        errorCode: code,
        activeProducers: [],
      })),
    })),
  }),
})

function producersOf(name: string, partitionIndex: number, call: Call) {
  const fault = nameFault(name)
  if (fault !== undefined) return failure(partitionIndex, fault)
  const { found: topic } = findTopic({ name }, call)
  if (topic === undefined)
    return failure(
      partitionIndex,
      refusal('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.'),
    )
  const partition = topic.partitions[partitionIndex]
  if (partition === undefined) return failure(partitionIndex, refusal('UNKNOWN_TOPIC_OR_PARTITION'))
  if (!partition.replicas.includes(call.broker.id))
    return failure(partitionIndex, refusal('NOT_LEADER_OR_FOLLOWER'))
  return { partitionIndex, ...verdict(), activeProducers: [...partition.log.producers].map(fieldsOf) }
}

function nameFault(name: string): Refusal | undefined {
  const fault = topicNameFault(name)
  return fault === undefined
    ? undefined
    : refusal('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${fault}`)
}

function failure(partitionIndex: number, why: Refusal) {
  return { partitionIndex, ...verdict(why), activeProducers: [] }
}

function fieldsOf({ producerId, epoch, coordinatorEpoch, lastTimestamp, batches, ...state }: ProducerState) {
  return {
    producerId,
    producerEpoch: epoch,
    lastSequence: batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp,
    coordinatorEpoch,
    currentTxnStartOffset: state.transactionStart ?? -1n,
  }
}
