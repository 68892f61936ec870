import { ArgumentError } from '../kernel'

/** Points of a ring are kept as `hash * room + position`, in one number that sorts by both. */
const room = 2 ** 21

/**
 * A circle of 2^32 places. Each partition stands at several of them, and owns the places from the one before it, so
 * that a partition that comes takes its places from all others and nobody else's change hands.
 */
export class HashRing {
  readonly partitions: readonly number[]
  readonly #points: Float64Array

  /** @param hash of which the lowest 32 bits count */
  constructor(partitions: readonly number[], replicas: number, hash: (name: string) => number) {
    this.partitions = partitions
    this.#points = new Float64Array(partitions.length * replicas)
    partitions.forEach((partition, position) => {
      for (let replica = 0; replica < replicas; replica++) {
        const place = placeOf(hash(`${partition}-${replica}`))
        this.#points[position * replicas + replica] = place * room + position
      }
    })
    this.#points.sort()
  }

  /** Whether it is the ring of these partitions. */
  isOf(partitions: readonly number[]): boolean {
    const own = this.partitions
    return own.length === partitions.length && own.every((partition, at) => partition === partitions[at])
  }

  /** Who owns the place of the hash. */
  owner(hash: number): number {
    const points = this.#points
    const wanted = placeOf(hash) * room
    let low = 0
    let high = points.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (points[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return this.partitions[points[low === points.length ? 0 : low]! % room]!
  }
}

function placeOf(hash: number): number {
  if (typeof hash === 'number' && Number.isFinite(hash)) return hash >>> 0
  throw new ArgumentError('hash of consistentHash', hash, 'a function that answers a finite number')
}
