import type { Apis, ReceivedRequestOf } from '../../protocol'
import type { Cluster, TopicPlan } from '../cluster'
import { topicConfigFault } from '../configs'
import { refusal, type Refusal } from './refusal'
import { invalid, replicasFault } from './replica-faults'
import { topicNameFault } from './topic-name'

type WantedTopic = ReceivedRequestOf<typeof Apis.CreateTopics>['topics'][number]
type Plan = { readonly plan: TopicPlan; readonly refused?: never } | { readonly refused: Refusal }

/** How Kafka says "the default" (KIP-464), and that replicas are chosen by hand. */
const unset = -1

/** A topic as a client wants it, or why it cannot be; judged in Kafka's order. */
export function planNewTopic(wanted: WantedTopic, cluster: Cluster): Plan {
  const { name } = wanted
  const configs = new Map(wanted.configs.map(({ name, value }) => [name, value]))
  const refused = nameFault(name, cluster) ?? configFault(configs)
  if (refused !== undefined) return { refused }
  const assignments =
    wanted.assignments.length > 0 ? chosenReplicas(wanted, cluster) : placed(wanted, cluster)
  if ('error' in assignments) return { refused: assignments }
  const texts = new Map(configs as ReadonlyMap<string, string>)
  return { plan: { name, assignments, config: cluster.topicConfig(Object.fromEntries(texts)) } }
}

/** The topic of the controllers' own log, which is none of the brokers'. */
const controllerTopic = '__cluster_metadata'

function nameFault(name: string, { topics }: Cluster): Refusal | undefined {
  if (name === controllerTopic)
    return refusal('INVALID_REQUEST', `Creation of internal topic ${name} is prohibited.`)
  if (topics.get(name)) return refusal('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  const fault = topicNameFault(name)
  if (fault !== undefined) return refusal('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${fault}`)
  const other = [...topics].find(topic => asMetric(topic.name) === asMetric(name))
  if (other === undefined) return undefined
  return refusal('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${other.name}`)
}

/** In names of metrics a dot becomes an underscore, so that two topics could not be told apart. */
const asMetric = (name: string) => name.replaceAll('.', '_')

function configFault(configs: ReadonlyMap<string, string | null>): Refusal | undefined {
  const fault = topicConfigFault(configs)
  return fault === undefined ? undefined : refusal('INVALID_CONFIG', fault)
}

type Replicas = readonly (readonly number[])[]

function chosenReplicas(wanted: WantedTopic, cluster: Cluster): Replicas | Refusal {
  const counted = countedBesides(wanted)
  if (counted !== undefined) return counted
  const chosen = new Map<number, readonly number[]>()
  let replication: number | undefined
  for (const { partitionIndex: partition, brokerIds } of wanted.assignments) {
    if (chosen.has(partition))
      return invalid(`Found multiple manual partition assignments for partition ${partition}`)
    const fault = replicasFault(brokerIds, { partition, replication }, cluster)
    if (fault !== undefined) return fault
    chosen.set(partition, brokerIds)
    replication ??= brokerIds.length
  }
  const inOrder = [...chosen.keys()].sort((a, b) => a - b)
  if (inOrder.some((partition, i) => partition !== i))
    return invalid('partitions should be a consecutive 0-based integer sequence')
  return inOrder.map(partition => chosen.get(partition)!)
}

function countedBesides({ replicationFactor, numPartitions }: WantedTopic): Refusal | undefined {
  const also = (what: string): Refusal =>
    refusal('INVALID_REQUEST', `A manual partition assignment was specified, but ${what} was not set to -1.`)
  if (replicationFactor !== unset) return also('replication factor')
  return numPartitions === unset ? undefined : also('numPartitions')
}

function placed({ numPartitions, replicationFactor }: WantedTopic, cluster: Cluster): Replicas | Refusal {
  if (replicationFactor !== unset && replicationFactor < 1)
    return refusal(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  if (numPartitions !== unset && numPartitions < 1)
    return refusal('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.')
  const { config } = cluster
  const partitions = numPartitions === unset ? config.int('num.partitions') : numPartitions
  const replication =
    replicationFactor === unset ? config.int('default.replication.factor') : replicationFactor
  const first = cluster.nextStart()
  return cluster.place({ first, partitions, replication }) ?? tooFewBrokers(replication, cluster)
}

function tooFewBrokers(replication: number, { nodes }: Cluster): Refusal {
  return refusal(
    'INVALID_REPLICATION_FACTOR',
    `Unable to replicate the partition ${replication} time(s): The target replication factor of ${replication} ` +
      `cannot be reached because only ${nodes.size} broker(s) are registered or some brokers have all their ` +
      'log directories cordoned.',
  )
}
