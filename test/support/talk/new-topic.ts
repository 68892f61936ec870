import { Apis } from '../../../src/protocol'
import type { ContractContext } from '../contract'
import { errorName } from './error-name'
import type { Talk } from './talk'

const { CreateTopics } = Apis

/** Of a topic, by Kafka's names. */
export type Configs = Readonly<Record<string, string | number>>

const version = 4

/** Name of a topic that no other case knows; with configs a case needs CreateTopics v4. */
export async function newTopic(
  talk: Talk,
  { uniqueTopic, uniqueName }: ContractContext,
  partitions: number,
  configs: Configs,
): Promise<string> {
  if (Object.keys(configs).length === 0) return uniqueTopic(partitions)
  const name = uniqueName('topic')
  const list = Object.entries(configs).map(([config, value]) => ({ name: config, value: String(value) }))
  const topic = { name, numPartitions: partitions, replicationFactor: -1, assignments: [], configs: list }
  const { topics } = await talk.request(CreateTopics, version, { topics: [topic], timeoutMs: 10_000 })
  if (errorName(topics[0]) !== 'NONE') throw new Error(`${errorName(topics[0])}: ${topics[0]?.errorMessage}`)
  return name
}
