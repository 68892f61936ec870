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
    const answers = isExcessive(single)
      ? single.map(({ name }) => failure(name, excessive))
      : answersTo({ ...request, topics: single }, cluster)
    const twice = refusal('INVALID_REQUEST', 'Duplicate topic name.')
    return { topics: [...answers, ...repeated.map(name => failure(name, twice))] }
  },

  refuse: ({ topics }, code) => ({
    topics: topics.map(({ name }) => ({ ...nothing(name), errorCode: code, errorMessage: null })),
  }),
})

const excessive = refusal('POLICY_VIOLATION', 'Excessively large number of partitions per request.')

function isExcessive(topics: CreateTopicsRequest['topics']): boolean {
  const records = topics.map(
    ({ numPartitions, assignments }) => 1 + Math.max(numPartitions, assignments.length, 1),
  )
  return records.reduce((sum, count) => sum + count, 0) > maxRecords
}

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
