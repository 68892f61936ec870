import type { TopicView } from './partitioner'

/** So many others are looked at, so that a choice costs no more for a topic of thousands. */
const maxLooks = 16

/**
 * A partition that somebody leads: the one at this place, or the next one that `other` names. If nobody leads those that
 * were looked at, the first: its leader may be back in a moment.
 */
export function available(
  partitions: readonly number[],
  first: number,
  view: TopicView | undefined,
  other: () => number,
): number {
  const wanted = partitions[first]!
  if (view === undefined || view.isAvailable(wanted)) return wanted
  for (let look = 0; look < maxLooks; look++) {
    const partition = partitions[other()]!
    if (view.isAvailable(partition)) return partition
  }
  return wanted
}
