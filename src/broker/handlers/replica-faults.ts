import type { Cluster } from '../cluster'
import { refusal, type Refusal } from './refusal'

/**
 * What is wrong with the replicas that a client chose for one partition.
 *
 * @param replication of the partitions before it, if there are any
 */
export function replicasFault(
  replicas: readonly number[],
  { partition, replication = replicas.length }: { partition: number; replication?: number | undefined },
  cluster: Cluster,
): Refusal | undefined {
  const fault = brokersFault(replicas, cluster) ?? countFault(replicas, replication)
  if (fault !== undefined) return invalid(fault)
  const isAlive = replicas.some(id => cluster.aliveBrokers.includes(id))
  return isAlive
    ? undefined
    : invalid(
        `All brokers specified in the manual partition assignment for partition ${partition} are fenced or in controlled shutdown.`,
      )
}

/** What is wrong with a list of brokers as replicas, wherever they go. */
export function brokersFault(replicas: readonly number[], { nodes }: Cluster): string | undefined {
  if (replicas.length === 0) return 'The manual partition assignment includes an empty replica list.'
  const sorted = [...replicas].sort((a, b) => a - b)
  for (const [i, id] of sorted.entries()) {
    if (!nodes.has(id))
      return `The manual partition assignment includes broker ${id}, but no such broker is registered.`
    if (id === sorted[i - 1])
      return `The manual partition assignment includes the broker ${id} more than once.`
  }
  return undefined
}

function countFault({ length }: readonly number[], replication: number): string | undefined {
  if (length === replication) return undefined
  return (
    `The manual partition assignment includes a partition with ${length} replica(s), but this is not ` +
    `consistent with previous partitions, which have ${replication} replica(s).`
  )
}

export const invalid = (message: string): Refusal => refusal('INVALID_REPLICA_ASSIGNMENT', message)
