import { Apis, type ReceivedRequestOf } from '../../protocol'
import { noUuid, type Cluster, type TopicPlan } from '../cluster'
import { defineHandler } from './handler'
import { planNewTopic } from './new-topic'
import { lateRefusal, refusal, verdict, type Refusal } from './refusal'
import { partRepeated } from './part-repeated'

type CreateTopicsRequest = ReceivedRequestOf<typeof Apis.CreateTopics>

/** What one request may write into the controllers' log. */
const maxRecords = 10_000

/** Makes topics, each alone: one that is refused keeps no other from being made. */
export const createTopics = defineHandler(Apis.CreateTopics, {
  handle(request, { cluster }) {
    const refused = lateRefusal(request.timeoutMs)
    if (refused !== undefined) return { topics: request.topics.map(({ name }) => failure(name, refused)) }
    const { single: names, repeated } = partRepeated(request.topics.map(({ name }) => name))
    const single = request.topics.filter(({ name }) => names.includes(name))
    const excess = tooMuch(single)
    const answers =
      excess === undefined
        ? answersTo({ ...request, topics: single }, cluster)
        : single.map(({ name }) => failure(name, excess))
    const twice = refusal('INVALID_REQUEST', 'Duplicate topic name.')
    return { topics: [...answers, ...repeated.map(name => failure(name, twice))] }
  },

  refuse: ({ topics }, code) => ({
    topics: topics.map(({ name }) => ({ ...nothing(name), errorCode: code, errorMessage: null })),
  }),
})

function tooMuch(topics: CreateTopicsRequest['topics']): Refusal | undefined {
  const partitions = topics.map(({ numPartitions, assignments }) =>
    Math.max(numPartitions, assignments.length, 1),
  )
  if (sum(partitions) > maxRecords)
    return refusal('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
  const records = topics.length + sum(partitions) + sum(topics.map(({ configs }) => configs.length))
  if (records <= maxRecords) return undefined
  return refusal('POLICY_VIOLATION', 'Unable to perform excessively large batch operation.')
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/** All are judged before the first is made: two of one request do not collide. */
function answersTo({ topics, validateOnly }: CreateTopicsRequest, cluster: Cluster) {
  const plans = topics.map(topic => [topic.name, planNewTopic(topic, cluster)] as const)
  return plans.map(([name, plan]) => {
    if (plan.refused !== undefined) return failure(name, plan.refused)
    return made(plan.plan, validateOnly ? cluster.newTopicId() : cluster.createTopic(plan.plan).id)
  })
}

function made({ name, assignments, config }: TopicPlan, topicId: string) {
  return {
    name,
    topicId,
    ...verdict(),
    numPartitions: assignments.length,
    replicationFactor: assignments[0]!.length,
    configs: config.created().map(({ name, value, source }) => ({
      name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    })),
  }
}

const failure = (name: string, refused: Refusal) => ({ ...nothing(name), ...verdict(refused) })

const nothing = (name: string) => ({
  name,
  topicId: noUuid,
  numPartitions: -1,
  replicationFactor: -1,
  configs: [],
})
