import { ArgumentError } from '../../kernel'
import type { Cluster, Partition } from '../cluster'

/**
 * Who is to lead after the one that leads now: `to`, or else the next living replica in sync. ArgumentError, with what
 * to do about it, when nobody or not this one can.
 *
 * @param argument whose `to` it is
 */
function nextLeader(
  argument: string,
  partition: Partition,
  to: number | undefined,
  alive: readonly number[],
): number {
  const { leader, replicas, isr } = partition
  const mayLead = (id: number): boolean => id !== leader && isr.includes(id) && alive.includes(id)
  const next = to ?? replicas.find(mayLead)
  const refuse = (expected: string): never => {
    throw new ArgumentError(argument, to, expected)
  }
  if (replicas.length === 1)
    return refuse(
      `a partition with another replica than broker ${String(replicas)}: start 2 brokers or more, and make the topic with replicationFactor 2 or more`,
    )
  if (next === undefined)
    return refuse(
      `another replica that lives: start one of the brokers ${others(partition).join(', ')} first`,
    )
  if (!replicas.includes(next)) return refuse(`one of its replicas (${others(partition).join(', ')})`)
  if (next === leader) return refuse(`another broker than its leader (${others(partition).join(', ')})`)
  if (!alive.includes(next)) return refuse(`a broker that lives: start broker ${next} first`)
  if (!mayLead(next)) return refuse(`a replica in sync (${String(isr)})`)
  return next
}

const others = ({ replicas, leader }: Partition): number[] => replicas.filter(id => id !== leader)

/** Gives a partition another leader: `to`, or the next that can. ArgumentError when nobody or not this one can. */
export function moveLeader(
  cluster: Cluster,
  partition: Partition,
  argument: string,
  to: number | undefined,
): void {
  // One that was killed is in the cluster's books until its session ends.
  const alive = cluster.aliveBrokers.filter(id => cluster.nodes.get(id)?.isUp)
  cluster.moveLeader(partition, nextLeader(argument, partition, to, alive))
}
