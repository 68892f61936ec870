import type { ChoosePartition, Partitioner } from './partitioner'

/** A key and the partitions to its partition, always the same. */
type PlaceKey = (key: Uint8Array, partitions: readonly number[]) => number

/**
 * Keys by one rule, calls without a key by another.
 *
 * @param placing makes the rule of a topic, which may keep what it found out
 */
export function byKey(
  placing: () => PlaceKey,
  withoutKey: Partitioner,
  takesText: boolean,
): Required<Partitioner> {
  return {
    takesText,
    forTopic: (topic, view): ChoosePartition => {
      const place = placing()
      const fallback = withoutKey.forTopic(topic, view)
      return (key, partitions) => (key === null ? fallback(null, partitions) : place(key, partitions))
    },
  }
}
