import type { KafkaClient, TopicInfo } from 'rx-kafka'
import { jsonText } from '../json-text'
import type { Outcome } from './outcome'

/** `rx-kafka topics list`: all names, in order. */
export async function listTopics(client: KafkaClient, json: boolean): Promise<Outcome> {
  const topics = await allTopics(client)
  const lines = topics.map(({ name, id, isInternal, partitions }) =>
    json ? jsonText({ name, id, internal: isInternal, partitions: partitions.size }) : name,
  )
  return { lines }
}

export async function allTopics(client: KafkaClient): Promise<readonly TopicInfo[]> {
  const { topics } = await client.loadMetadataForTopics()
  return [...topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
