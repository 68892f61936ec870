import type { Bytes } from '../kernel'
import { murmur2 } from './murmur2'
import type { Partitioner } from './partitioner'
import { roundRobin } from './round-robin'

/**
 * A key always to the same partition, the one where Java's client puts it, as long as the number of partitions
 * stays.
 *
 * @param withoutKey who places calls without a key; default round robin
 */
export function hashed(withoutKey: Partitioner = roundRobin()): Partitioner {
  return {
    takesText: true,
    forTopic: topic => {
      const fallback = withoutKey.forTopic(topic)
      return (key: Bytes | null, partitions: readonly number[]): number =>
        key === null
          ? fallback(null, partitions)
          : partitions[(murmur2(key) & 0x7fffffff) % partitions.length]!
    },
  }
}
