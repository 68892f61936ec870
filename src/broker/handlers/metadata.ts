import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { noUuid, type ClusterImage, type TopicImage } from '../cluster'
import type { Call } from './call'
import { createAskedFor } from './create-asked-for'
import { defineHandler } from './handler'

type MetadataRequest = ReceivedRequestOf<typeof Apis.Metadata>
type AskedTopic = NonNullable<MetadataRequest['topics']>[number]

/** Brokers, topics and leaders, as the broker that was asked knows them. */
export const metadata = defineHandler(Apis.Metadata, {
  handle(request, call) {
    const topics = askedTopics(request, call).map(asked => topicOf(asked, request, call))
    return { ...brokersOf(call), topics }
  },

  refuse({ topics }, code, call) {
    const refused = (topics ?? []).map(({ name, topicId }) => ({
      ...unknown({ name, topicId }),
      errorCode: code,
    }))
    return { ...brokersOf(call), brokers: [], topics: refused, errorCode: code }
  },
})

function brokersOf({ broker, cluster }: Call) {
  const { brokers, controllerId } = broker.image
  return {
    brokers: [...brokers.values()].map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
    clusterId: cluster.id,
    controllerId,
  }
}

/** No list is all topics, from version 1 on; in version 0 an empty list is. */
function askedTopics({ topics }: MetadataRequest, { broker, version }: Call): readonly AskedTopic[] {
  const wantsAll = topics === null || (version === 0 && topics.length === 0)
  if (!wantsAll) return topics
  return [...broker.image.topics.keys()].map(name => ({ name, topicId: noUuid }))
}

function topicOf(asked: AskedTopic, request: MetadataRequest, call: Call) {
  const { image } = call.broker
  const known = asked.name === null ? image.topicsById.get(asked.topicId) : image.topics.get(asked.name)
  if (known) return described(known, image)
  return { ...unknown(asked), errorCode: errorCode(unknownError(asked, request, call)) }
}

function unknownError({ name, topicId }: AskedTopic, request: MetadataRequest, call: Call): ErrorName {
  if (name === null) return topicId === noUuid ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID'
  const mayCreate = request.allowAutoTopicCreation && call.cluster.config.flag('auto.create.topics.enable')
  return createAskedFor(name, mayCreate, call)
}

const unknown = ({ name, topicId }: Pick<AskedTopic, 'name' | 'topicId'>) => ({
  name,
  topicId,
  partitions: [],
})

function described({ name, id, isInternal, partitions }: TopicImage, { brokers }: ClusterImage) {
  return {
    errorCode: 0,
    name,
    topicId: id,
    isInternal,
    partitions: partitions.map(({ index, leader, leaderEpoch, replicas, isr, offline }) => ({
      errorCode: brokers.has(leader) ? 0 : errorCode('LEADER_NOT_AVAILABLE'),
      partitionIndex: index,
      leaderId: brokers.has(leader) ? leader : -1,
      leaderEpoch,
      replicaNodes: replicas,
      isrNodes: isr,
      offlineReplicas: offline,
    })),
  }
}
