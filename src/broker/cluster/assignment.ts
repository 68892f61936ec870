/**
 * Replicas for new partitions: leaders go round the brokers, followers are the next ones.
 *
 * @param first index of the first new partition
 */
export function assignReplicas(
  brokers: readonly number[],
  { first, partitions, replication }: { first: number; partitions: number; replication: number },
): number[][] {
  return Array.from({ length: partitions }, (_, i) =>
    Array.from({ length: replication }, (_, replica) => brokers[(first + i + replica) % brokers.length]!),
  )
}
