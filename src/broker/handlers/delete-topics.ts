import { Apis, type ReceivedRequestOf } from '../../protocol'
import { noUuid, type Cluster } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { lateRefusal, refusal, verdict, type Refusal } from './refusal'
import { partRepeated } from './part-repeated'

type DeleteTopicsRequest = ReceivedRequestOf<typeof Apis.DeleteTopics>
type NamedTopic = DeleteTopicsRequest['topics'][number]

/** From this version on topics may be named by id. */
const firstById = 6

/** Deletes topics, each alone. */
export const deleteTopics = defineHandler(Apis.DeleteTopics, {
  handle(request, call) {
    const named = namedIn(request, call.version)
    const refused = forbidden(call) ?? lateRefusal(request.timeoutMs)
    if (refused !== undefined) return { responses: named.map(topic => failure(topic, refused)) }
    return { responses: answersTo(named, call.cluster) }
  },

  refuse: (request, code, { version }) => ({
    responses: namedIn(request, version).map(topic => ({ ...topic, errorCode: code, errorMessage: null })),
  }),
})

function namedIn({ topics, topicNames }: DeleteTopicsRequest, version: number): readonly NamedTopic[] {
  return version >= firstById ? topics : topicNames.map(name => ({ name, topicId: noUuid }))
}

function forbidden({ cluster, version }: Call): Refusal | undefined {
  if (cluster.config.flag('delete.topic.enable')) return undefined
  return refusal(version < 3 ? 'INVALID_REQUEST' : 'TOPIC_DELETION_DISABLED')
}

/** Their order means nothing: Kafka shuffles them. */
function answersTo(named: readonly NamedTopic[], cluster: Cluster) {
  const misnamed = named.filter(topic => misnaming(topic) !== undefined)
  const sound = named.filter(topic => misnaming(topic) === undefined)
  const names = partRepeated(sound.flatMap(({ name }) => (name === null ? [] : [name])))
  const ids = partRepeated(sound.flatMap(({ name, topicId }) => (name === null ? [topicId] : [])))
  const idOf = (name: string) => cluster.topics.get(name)?.id ?? noUuid
  const inBothWays = names.single.filter(name => ids.single.includes(idOf(name)))
  const onlyOnce = [
    ...names.single.filter(name => !inBothWays.includes(name)).map(byName),
    ...ids.single.filter(id => !inBothWays.map(idOf).includes(id)).map(byId),
  ]
  return [
    ...misnamed.map(topic => failure(topic, misnaming(topic)!)),
    ...names.repeated.map(name => failure(byName(name), invalid('Duplicate topic name.'))),
    ...ids.repeated.map(id => failure(byId(id), invalid('Duplicate topic id.'))),
    ...inBothWays.map(name => failure({ name, topicId: idOf(name) }, alsoById)),
    ...onlyOnce.map(topic => deletion(topic, cluster)),
  ]
}

const byName = (name: string): NamedTopic => ({ name, topicId: noUuid })
const byId = (topicId: string): NamedTopic => ({ name: null, topicId })
const invalid = (message: string): Refusal => refusal('INVALID_REQUEST', message)
const alsoById = invalid('The provided topic name maps to an ID that was already supplied.')

function misnaming({ name, topicId }: NamedTopic): Refusal | undefined {
  if (name === null && topicId === noUuid) return invalid('Neither topic name nor id were specified.')
  if (name !== null && topicId !== noUuid) return invalid('You may not specify both topic name and topic id.')
  return undefined
}

function deletion({ name, topicId }: NamedTopic, cluster: Cluster) {
  const topic = name === null ? cluster.topics.withId(topicId) : cluster.topics.get(name)
  if (topic === undefined) return failure({ name, topicId }, unknown(name))
  cluster.deleteTopic(topic)
  return { name: topic.name, topicId: topic.id, ...verdict() }
}

function unknown(name: string | null): Refusal {
  return name === null
    ? refusal('UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.')
    : refusal('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.')
}

const failure = (topic: NamedTopic, refused: Refusal) => ({ ...topic, ...verdict(refused) })
