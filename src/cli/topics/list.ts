import type { KafkaClient, TopicInfo } from 'rx-kafka'
import { jsonText } from '../json-text'

/** `rx-kafka topics list`: all names, in order. */
export async function listTopics(client: KafkaClient, json: boolean): Promise<readonly string[]> {
  const topics = await allTopics(client)
  return topics.map(({ name, id, isInternal, partitions }) =>
    json ? jsonText({ name, id, internal: isInternal, partitions: partitions.size }) : name,
  )
}

export async function allTopics(client: KafkaClient): Promise<readonly TopicInfo[]> {
  const { topics } = await client.loadMetadataForTopics()
  return [...topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
