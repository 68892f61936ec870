import type { Clock, KafkaClient } from 'rx-kafka'
import { Apis, type CreateTopicsResponse } from 'rx-kafka/protocol'
import { jsonText } from '../json-text'
import { everywhere } from './everywhere'
import { noId } from './no-id'
import type { WantedTopic } from './options'
import { outcomeOf, type Outcome } from './outcome'

interface Context {
  readonly client: KafkaClient
  readonly timeoutMs: number
  readonly clock: Clock
}

/** `rx-kafka topics create`: when it ends, the topics can be used. */
export async function createTopics(
  wanted: readonly WantedTopic[],
  { client, timeoutMs, clock }: Context,
  json: boolean,
): Promise<Outcome> {
  const { topics } = await client.request(Apis.CreateTopics, {
    topics: wanted.map(({ name, partitions, replicationFactor, configs }) => ({
      ...{ name, configs, replicationFactor },
      numPartitions: partitions,
      assignments: [],
    })),
    timeoutMs,
  })
  const names = wanted.map(({ name }) => name)
  const made = topics.filter(({ errorCode }) => errorCode === 0).map(({ name }) => name)
  await everywhere({ client, clock }, made, 'there')
  return outcomeOf(names, topics, json ? createdJson : createdText)
}

type Created = CreateTopicsResponse['topics'][number]

function createdText({ name, numPartitions, replicationFactor }: Created): string {
  // Brokers before 2.4 do not tell.
  if (numPartitions < 0) return `created ${name}`
  const partitions = numPartitions === 1 ? '1 partition' : `${numPartitions} partitions`
  return `created ${name}: ${partitions}, replication factor ${replicationFactor}`
}

function createdJson({ name, topicId, numPartitions, replicationFactor }: Created): string {
  const id = topicId === noId ? undefined : topicId
  if (numPartitions < 0) return jsonText({ name, id })
  return jsonText({ name, id, partitions: numPartitions, replicationFactor })
}
