/** A move of a partition to other brokers, from its beginning until all of them have what it holds (KIP-455). */
export interface Reassignment {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** The replicas while a move goes on: the new ones, and the old ones until they are not needed any more. */
export function replicasDuring({ from, to }: Reassignment): readonly number[] {
  return [...new Set([...to, ...from])]
}

/** Those that join. */
export function addingIn({ from, to }: Reassignment): readonly number[] {
  return to.filter(id => !from.includes(id))
}

/** Those that leave. */
export function removingIn({ from, to }: Reassignment): readonly number[] {
  return from.filter(id => !to.includes(id))
}
