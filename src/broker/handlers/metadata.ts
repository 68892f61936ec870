import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { isInternalTopic, noUuid, type ClusterImage, type PartitionImage, type TopicImage } from '../cluster'
import type { Call } from './call'
import { createAskedFor } from './create-asked-for'
import { defineHandler } from './handler'
import { operations, whenAsked } from './operations'
import { partitionFields } from './partition-fields'

type MetadataRequest = ReceivedRequestOf<typeof Apis.Metadata>
type AskedTopic = NonNullable<MetadataRequest['topics']>[number]

/** From this version on topics may be asked for by id. */
const firstById = 12

/** Brokers, topics and leaders, as the broker that was asked knows them. */
export const metadata = defineHandler(Apis.Metadata, {
  handle(request, call) {
    const asked = request.topics ?? []
    const fault = faultOf(asked, call.version)
    if (fault !== undefined) return refusal(asked, errorCode(fault))
    const wantsOperations = request.includeTopicAuthorizedOperations
    const topics = askedTopics(request, call).map(topic => ({
      ...topicOf(topic, request, call),
      topicAuthorizedOperations: whenAsked(wantsOperations, operations.topic),
    }))
    const mayOnCluster = whenAsked(request.includeClusterAuthorizedOperations, operations.cluster)
    return { ...brokersOf(call), topics, clusterAuthorizedOperations: mayOnCluster }
  },

  refuse: ({ topics }, code) => refusal(topics ?? [], code),
})

/** What Kafka refuses the whole request for. */
function faultOf(asked: readonly AskedTopic[], version: number): ErrorName | undefined {
  const isById = ({ topicId }: AskedTopic): boolean => topicId !== noUuid
  if (version < firstById && asked.some(topic => isById(topic) || topic.name === null))
    return 'INVALID_REQUEST'
  if (asked.some(topic => topic.name === null && !isById(topic))) return 'UNKNOWN_SERVER_ERROR'
  return undefined
}

function refusal(asked: readonly AskedTopic[], code: number) {
  const topics = asked.map(({ name, topicId }) => ({
    errorCode: code,
    name: name ?? '',
    topicId,
    partitions: [],
  }))
  return { brokers: [], clusterId: null, controllerId: -1, topics, errorCode: code }
}

function brokersOf({ broker, cluster }: Call) {
  const { brokers, controllerId } = broker.image
  return {
    brokers: [...brokers.values()].map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
    clusterId: cluster.id,
    controllerId,
  }
}

/**
 * No list is all topics, from version 1 on; in version 0 an empty list is. Each is answered once; with one by id among
 * them Kafka answers only those by id.
 */
function askedTopics({ topics }: MetadataRequest, { broker, version }: Call): readonly AskedTopic[] {
  const wantsAll = topics === null || (version === 0 && topics.length === 0)
  if (wantsAll) return [...broker.image.topics.keys()].map(name => ({ name, topicId: noUuid }))
  const byId = topics.filter(({ topicId }) => topicId !== noUuid)
  const chosen = byId.length > 0 ? byId : topics
  return [...new Map(chosen.map(topic => [byId.length > 0 ? topic.topicId : topic.name, topic])).values()]
}

function topicOf({ name, topicId }: AskedTopic, request: MetadataRequest, call: Call) {
  const { image } = call.broker
  const isById = topicId !== noUuid
  const known = isById ? image.topicsById.get(topicId) : image.topics.get(name!)
  if (known) return described(known, call)
  if (isById) return { errorCode: errorCode('UNKNOWN_TOPIC_ID'), name: null, topicId, partitions: [] }
  const mayCreate = call.version < 4 || request.allowAutoTopicCreation
  const error = createAskedFor(name!, mayCreate, call)
  return { errorCode: errorCode(error), name, isInternal: isInternalTopic(name!), partitions: [] }
}

function described({ name, id, isInternal, partitions }: TopicImage, { broker, version }: Call) {
  const { brokers } = broker.image
  return {
    errorCode: 0,
    name,
    topicId: id,
    isInternal,
    partitions: partitions.map(partition => partitionOf(partition, brokers, version)),
  }
}

/** Version 0 leaves replicas out whose broker is not there, and says so with an error. */
function partitionOf(partition: PartitionImage, brokers: ClusterImage['brokers'], version: number) {
  const fields = partitionFields(partition, brokers)
  const { replicas, offline } = partition
  if (version > 0 || offline.length === 0) return fields
  return {
    ...fields,
    errorCode: fields.errorCode || errorCode('REPLICA_NOT_AVAILABLE'),
    replicaNodes: replicas.filter(id => !offline.includes(id)),
  }
}
