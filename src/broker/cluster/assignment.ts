export interface NewReplicas {
  /** Index of the first new partition. */
  readonly first: number
  readonly partitions: number
  readonly replication: number
  /** Brokers that are down: they take replicas only where the others are too few. */
  readonly spare?: readonly number[]
}

/** Replicas for new partitions: leaders go round the brokers, followers are the next ones. */
export function assignReplicas(
  brokers: readonly number[],
  { first, partitions, replication, spare = [] }: NewReplicas,
): number[][] {
  return Array.from({ length: partitions }, (_, i) => {
    const start = (first + i) % brokers.length
    return [...brokers.slice(start), ...brokers.slice(0, start), ...spare].slice(0, replication)
  })
}
