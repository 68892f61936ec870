import { toBigInt, type TopicPartition } from '../../kernel'
import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { isInternalTopic } from '../cluster'
import type { Call } from './call'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'
import { findTopic } from './lookup'
import { fencedBefore } from './producer-fenced'

type Request = ReceivedRequestOf<typeof Apis.AddPartitionsToTxn>
type Batched = Request['transactions'][number]
type Topics = Request['v3AndBelowTopics']

/** From this version on brokers ask each other, for several transactions at a time. */
const firstOfBrokers = 4

/** Makes partitions part of a transaction, all of them or none. */
export const addPartitionsToTxn = defineHandler(Apis.AddPartitionsToTxn, {
  handle(request, call) {
    const asked = transactionsOf(request, call)
    return answerOf(
      asked,
      asked.map(one => resultsOf(one, call)),
      call,
    )
  },

  refuse(request, code, call) {
    const asked = transactionsOf(request, call)
    return answerOf(
      asked,
      asked.map(({ topics }) => partitionsOf(topics).map(() => code)),
      call,
    )
  },
})

function transactionsOf(request: Request, { version }: Call): readonly Batched[] {
  if (version >= firstOfBrokers) return request.transactions
  const transactionalId = request.v3AndBelowTransactionalId
  const producer = {
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
  }
  return [{ transactionalId, ...producer, verifyOnly: false, topics: request.v3AndBelowTopics }]
}

const partitionsOf = (topics: Topics): TopicPartition[] =>
  topics.flatMap(({ name, partitions }) => partitions.map(partition => ({ topic: name, partition })))

/** The code of each partition, in their order. */
function resultsOf(asked: Batched, call: Call): number[] {
  const partitions = partitionsOf(asked.topics)
  const faults = partitions.map(partition => faultOf(partition, call))
  if (faults.some(fault => fault !== undefined))
    return faults.map(fault => errorCode(fault ?? 'OPERATION_NOT_ATTEMPTED'))
  return partitions
    .map(errorOf(asked, partitions, call))
    .map(error => errorCode(fencedBefore('AddPartitionsToTxn', error, call)))
}

function faultOf({ topic, partition }: TopicPartition, call: Call): ErrorName | undefined {
  if (call.version < firstOfBrokers && isInternalTopic(topic)) return 'TOPIC_AUTHORIZATION_FAILED'
  const isThere = findTopic({ name: topic }, call).found?.partitions[partition] !== undefined
  return isThere ? call.injected(topic, partition) : 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** What a partition is answered: only a question whether it is in the transaction tells one from another. */
function errorOf(
  { transactionalId, producerId: id, producerEpoch, verifyOnly }: Batched,
  partitions: readonly TopicPartition[],
  call: Call,
): (partition: TopicPartition) => ErrorName {
  if (transactionalId === '') return () => 'INVALID_REQUEST'
  const refused = transactionRefusal(transactionalId, call)
  if (refused) return () => refused
  const { transactions } = call.cluster
  const producer = { producerId: toBigInt(id), producerEpoch }
  if (verifyOnly) return partition => transactions.verify(transactionalId, producer, partition)
  const error = transactions.add(transactionalId, producer, partitions)
  return () => error
}

function answerOf(asked: readonly Batched[], codes: readonly (readonly number[])[], { version }: Call) {
  const results = asked.map(({ transactionalId, topics }, i) => ({
    transactionalId,
    topicResults: topicResults(topics, codes[i]!),
  }))
  if (version >= firstOfBrokers) return { throttleTimeMs: 0, errorCode: 0, resultsByTransaction: results }
  return { throttleTimeMs: 0, resultsByTopicV3AndBelow: results[0]!.topicResults }
}

function topicResults(topics: Topics, codes: readonly number[]) {
  let next = 0
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partitionIndex => ({
      partitionIndex,
      partitionErrorCode: codes[next++]!,
    })),
  }))
}
