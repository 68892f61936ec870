import { randomUUID } from 'node:crypto'
import type { ContractContext } from './case'
import type { Provider } from './provider'

export function contextOf(provider: Provider, title: string): ContractContext {
  const { bootstrap, brokers, version } = provider.cluster
  const uniqueName = (what: string) => `${what}-${slug(title)}-${randomUUID().slice(0, 8)}`
  return {
    bootstrap,
    brokers,
    kafkaVersion: version,
    uniqueName,
    async uniqueTopic(partitions = 1, replication = Math.min(brokers.length, 3)) {
      const name = uniqueName('topic')
      await provider.createTopic({ name, partitions, replication })
      return name
    },
  }
}

/** The title in characters that any Kafka name may have, short enough to be read in a log. */
const slug = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
