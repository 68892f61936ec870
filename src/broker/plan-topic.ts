import { ArgumentError, hint, settle } from '../kernel'
import type { Cluster, TopicPlan } from './cluster'
import { topicConfigRows, validateTopicConfig } from './configs'
import { topicNameFault } from './handlers'
import { topicOptions, type TopicOptions } from './options'

/** A topic from what a program said of it. ArgumentError when it cannot be. */
export function planTopic(name: string, options: TopicOptions, cluster: Cluster): TopicPlan {
  const nameFault = topicNameFault(name)
  if (nameFault !== undefined)
    throw new ArgumentError('topic name', name, `a name that Kafka takes: ${nameFault}`)
  const {
    partitions = cluster.config.int('num.partitions'),
    replicationFactor: replication = cluster.config.int('default.replication.factor'),
    config,
  } = settle(`topic ${name}`, topicOptions, options)
  if (cluster.topics.get(name)) throw new ArgumentError('topic', name, 'a name that no topic has')
  for (const [key, value] of Object.entries(config)) {
    if (!topicConfigRows.has(key))
      throw new ArgumentError(
        `config ${key} of ${name}`,
        value,
        `one of Kafka's topic configs${hint(key, [...topicConfigRows.keys()])}`,
      )
    const fault = validateTopicConfig(key, String(value))
    if (fault !== undefined)
      throw new ArgumentError(`config ${key} of ${name}`, value, `what Kafka takes (${fault})`)
  }
  const overrides = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]))
  const assignments = cluster.place({ first: cluster.nextStart(), partitions, replication })
  if (assignments === undefined) {
    const possible = `from 1 to the ${cluster.nodes.size} brokers`
    throw new ArgumentError(`replicationFactor of ${name}`, replication, possible)
  }
  return { name, assignments, config: cluster.topicConfig(overrides) }
}
