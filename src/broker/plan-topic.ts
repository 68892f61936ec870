import { ArgumentError, hint, settle } from '../kernel'
import { assignReplicas, type Cluster, type TopicPlan } from './cluster'
import { topicConfigRows, validateTopicConfig } from './configs'
import { topicNameFault } from './handlers'
import { topicOptions, type TopicOptions } from './options'

/** A topic from what a program said of it. ArgumentError when it cannot be. */
export function planTopic(name: string, options: TopicOptions, cluster: Cluster): TopicPlan {
  const brokers = cluster.aliveBrokers
  const nameFault = topicNameFault(name)
  if (nameFault !== undefined)
    throw new ArgumentError('topic name', name, `a name that Kafka takes: ${nameFault}`)
  const {
    partitions = cluster.config.int('num.partitions'),
    replicationFactor: replication = cluster.config.int('default.replication.factor'),
    config,
  } = settle(`topic ${name}`, topicOptions, options)
  if (cluster.topics.get(name)) throw new ArgumentError('topic', name, 'a name that no topic has')
  if (replication > brokers.length)
    throw new ArgumentError(
      `replicationFactor of ${name}`,
      replication,
      `from 1 to the ${brokers.length} brokers`,
    )
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
  const assignments = assignReplicas(brokers, { first: cluster.nextStart(), partitions, replication })
  return { name, assignments, config: cluster.topicConfig(overrides) }
}
