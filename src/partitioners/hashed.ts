import { byKey } from './by-key'
import { murmur2 } from './murmur2'
import type { Partitioner } from './partitioner'
import { sticky } from './sticky'

/**
 * A key always to the same partition, the one where Java's client puts it, as long as the number of partitions
 * stays.
 *
 * @param withoutKey who places calls without a key; default `sticky()`, as in Java
 */
export function hashed(withoutKey: Partitioner = sticky()): Partitioner {
  return byKey(() => placeByHash, withoutKey, true)
}

function placeByHash(key: Uint8Array, partitions: readonly number[]): number {
  return partitions[(murmur2(key) & 0x7fffffff) % partitions.length]!
}
