import { errorCode, type ErrorName } from '../../protocol'
import type { Partition, Topic } from '../cluster'
import type { Call } from './call'

/** How requests name a topic: by name, or from some version on by id. */
export type TopicRef =
  { readonly name: string; readonly topicId?: never } | { readonly topicId: string; readonly name?: never }

/** From this version on Produce and Fetch name topics by id only (KIP-516). */
const firstById = 13

/** The topic as Produce and Fetch name it. */
export function topicRef(name: string, topicId: string, { version }: Call): TopicRef {
  return version < firstById ? { name } : { topicId }
}

/** What was found, or why not. */
export type Found<T> =
  { readonly found: T; readonly error?: never } | { readonly found?: never; readonly error: ErrorName }

/** The topic, as far as this broker knows it already. */
export function findTopic(ref: TopicRef, { broker, cluster }: Call): Found<Topic> {
  const { name, topicId } = ref
  if (topicId !== undefined) {
    const known = broker.image.topicsById.has(topicId) ? cluster.topics.withId(topicId) : undefined
    return known ? { found: known } : { error: 'UNKNOWN_TOPIC_ID' }
  }
  const known = broker.image.topics.has(name) ? cluster.topics.get(name) : undefined
  return known ? { found: known } : { error: 'UNKNOWN_TOPIC_OR_PARTITION' }
}

/** The partition, if the broker that was asked leads it. */
export function findLed(ref: TopicRef, index: number, call: Call): Found<Partition> {
  const { found: topic, error } = findTopic(ref, call)
  if (topic === undefined) return { error }
  const injected = call.injected(topic.name, index)
  if (injected !== undefined) return { error: injected }
  const partition = topic.partitions[index]
  if (partition === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION' }
  if (partition.leader !== call.broker.id) return { error: 'NOT_LEADER_OR_FOLLOWER' }
  return { found: partition }
}

/** What is wrong with the leader epoch that a client has in mind (KIP-320); -1 has none. */
function epochError(partition: Partition, epoch: number): ErrorName | undefined {
  if (epoch === -1 || epoch === partition.leaderEpoch) return undefined
  return epoch < partition.leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}

/** The same with the epoch checked, which Kafka does before it looks who leads. */
export function findLedIn(ref: TopicRef, index: number, epoch: number, call: Call): Found<Partition> {
  const { found: topic } = findTopic(ref, call)
  const partition = topic?.partitions[index]
  const isReplica = partition?.replicas.includes(call.broker.id) ?? false
  const wrong = partition && isReplica && epochError(partition, epoch)
  return wrong ? { error: wrong } : findLed(ref, index, call)
}

/** From which version on an API tells who leads instead (KIP-951). */
export const hintsSince = { produce: 10, fetch: 16 }

/** Who leads instead, as this broker believes; nothing for errors that are about something else. */
export function leaderHint(ref: TopicRef, index: number, error: ErrorName, { broker }: Call) {
  if (error !== 'NOT_LEADER_OR_FOLLOWER' && error !== 'FENCED_LEADER_EPOCH') return undefined
  const { topics, topicsById } = broker.image
  const topic = ref.topicId === undefined ? topics.get(ref.name) : topicsById.get(ref.topicId)
  const image = topic?.partitions[index]
  return image && { leaderId: image.leader, leaderEpoch: image.leaderEpoch }
}

/** Where the brokers are that hints name. */
export function endpointsOf(leaders: Iterable<number>, { broker }: Call) {
  return [...new Set(leaders)].flatMap(id => {
    const endpoint = broker.image.brokers.get(id)
    return endpoint ? [{ nodeId: id, host: endpoint.host, port: endpoint.port, rack: endpoint.rack }] : []
  })
}

/** The code for a name, 0 without one. */
export function codeOf(error: ErrorName | undefined): number {
  return error === undefined ? 0 : errorCode(error)
}
