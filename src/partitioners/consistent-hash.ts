import { collaborator, count, settle, type OptionsOf } from '../kernel'
import { byKey } from './by-key'
import { HashRing } from './hash-ring'
import { murmur2 } from './murmur2'
import type { Partitioner } from './partitioner'
import { sticky } from './sticky'

type HashKey = (key: Uint8Array) => number

const consistentHashOptions = {
  /**
   * How often each partition stands on the ring. More makes shares more even (they differ by about 1/√replicas) and
   * the ring larger. Default 160.
   */
  replicas: count(160),
  /**
   * Of keys as bytes, and of the names `partition-replica` that stand on the ring, to a number of which the lowest 32
   * bits count. Default `murmur2`.
   */
  hash: collaborator<HashKey>('a function from bytes to a number', murmur2, 'function'),
  /** Who places calls without a key. Default `sticky()`. */
  withoutKey: collaborator<Partitioner | undefined>('a partitioner', undefined),
}

export type ConsistentHashOptions = OptionsOf<typeof consistentHashOptions>

/**
 * A key always to the same partition, and nearly always also when partitions are added: of n + 1 partitions the new one
 * takes about 1/(n + 1) of the keys, evenly from all others, and the other keys stay. Where other clients write to the
 * topic, they have to place keys by the same ring; Java's do not.
 *
 * The recipe for what belongs to a user: `send({ topic, key: userId, value })`. What was written before partitions were
 * added stays where it is, so the order of a key that moves holds within each partition and not across them.
 *
 * @throws ArgumentError
 */
export function consistentHash(options: ConsistentHashOptions = {}): Partitioner {
  const { replicas, hash, withoutKey = sticky() } = settle('consistentHash', consistentHashOptions, options)
  const hashName = hash === murmur2 ? murmur2 : (name: string) => hash(Buffer.from(name))
  const placing = () => {
    let ring = new HashRing([], replicas, hashName)
    let seen: readonly number[] = []
    return (key: Uint8Array, partitions: readonly number[]): number => {
      if (partitions !== seen) {
        if (!ring.isOf(partitions)) ring = new HashRing(partitions, replicas, hashName)
        seen = partitions
      }
      return ring.owner(hash(key))
    }
  }
  return byKey(placing, withoutKey, hash === murmur2)
}
