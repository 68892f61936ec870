import { ArgumentError } from '../../kernel'
import { coordinatorTopics, type Cluster, type Coordinated, type Partition } from '../cluster'

const replicationConfigs = {
  group: 'offsets.topic.replication.factor',
  transaction: 'transaction.state.log.replication.factor',
} as const

/**
 * The partition whose leader coordinates this group or transactional id; its topic is made where there is none yet.
 * ArgumentError when there are fewer brokers than that topic is to have replicas.
 */
export function coordinatorPartition(cluster: Cluster, kind: Coordinated, key: string): Partition {
  cluster.needCoordinators(kind)
  const partition = cluster.coordinators.partitionFor(kind, key)
  if (partition) return partition
  if (cluster.aliveBrokers.length === 0) {
    const ids = [...cluster.nodes.keys()].join(', ')
    throw new ArgumentError(
      'cluster',
      'no broker that lives',
      `one that can coordinate: start one of the brokers ${ids} first`,
    )
  }
  const config = replicationConfigs[kind]
  throw new ArgumentError(
    `config ${config}`,
    cluster.config.int(config),
    `at most ${cluster.nodes.size}, the number of brokers: ${coordinatorTopics[kind]} cannot be made otherwise, and nobody coordinates "${key}"`,
  )
}
