import { UnsupportedError, type Clock, type KafkaClient, type PartitionInfo, type TopicInfo } from 'rx-kafka'
import { Apis } from 'rx-kafka/protocol'
import { findTopic } from '../find-topic'
import { jsonText } from '../json-text'
import { allTopics } from './list'
import type { Outcome } from './outcome'
import { tableOf } from './table'

interface Context {
  readonly client: KafkaClient
  readonly clock: Clock
}

type Configs = Readonly<Record<string, string | null>>

/** `rx-kafka topics describe`: partitions, where they are, and what was set. */
export async function describeTopics(
  names: readonly string[],
  { client, clock }: Context,
  json: boolean,
): Promise<Outcome> {
  const topics = names.length === 0 ? await allTopics(client) : await inTurn(names, client, clock)
  const configs = await configsOf(client, topics)
  const lines = topics.flatMap(topic => {
    const set = configs.get(topic.name) ?? {}
    return json ? [describedJson(topic, set)] : describedText(topic, set)
  })
  return { lines }
}

async function inTurn(
  names: readonly string[],
  client: KafkaClient,
  clock: Clock,
): Promise<readonly TopicInfo[]> {
  const topics: TopicInfo[] = []
  for (const name of names) topics.push(await findTopic(client, clock, name))
  return topics
}

const topicResource = 2
/** Where a setting comes from: from this topic. */
const ownSource = 1

/** What was set for the topics themselves. */
async function configsOf(
  client: KafkaClient,
  topics: readonly TopicInfo[],
): Promise<ReadonlyMap<string, Configs>> {
  if (topics.length === 0) return new Map()
  const resources = topics.map(({ name }) => ({
    ...{ resourceType: topicResource, resourceName: name },
    configurationKeys: null,
  }))
  try {
    const { results } = await client.request(Apis.DescribeConfigs, { resources })
    return new Map(
      results.map(({ resourceName, configs }) => {
        const own = configs.filter(({ configSource }) => configSource === ownSource)
        return [resourceName, Object.fromEntries(own.map(({ name, value }) => [name, value]))]
      }),
    )
  } catch (error) {
    // A broker before 0.11 has no words for it; the rest is worth telling all the same.
    if (error instanceof UnsupportedError) return new Map()
    throw error
  }
}

function sorted({ partitions }: TopicInfo): readonly PartitionInfo[] {
  return [...partitions.values()].sort((a, b) => a.partition - b.partition)
}

function describedJson(topic: TopicInfo, configs: Configs): string {
  const { name, id, isInternal } = topic
  const partitions = sorted(topic).map(({ partition, leader, replicas, isr }) => ({
    ...{ partition, leader, replicas, isr },
  }))
  return jsonText({ name, id, internal: isInternal, partitions, configs })
}

function describedText(topic: TopicInfo, configs: Configs): readonly string[] {
  const rows = sorted(topic).map(({ partition, leader, replicas, isr }) => [
    String(partition),
    leader < 0 ? 'none' : String(leader),
    replicas.join(','),
    isr.join(','),
  ])
  const settings = Object.entries(configs).map(([name, value]) => `  ${name}=${value ?? ''}`)
  return [
    `${topic.name}${topic.isInternal ? ' (internal)' : ''}`,
    ...settings,
    ...tableOf(['partition', 'leader', 'replicas', 'in sync'], rows).map(line => `  ${line}`),
  ]
}
