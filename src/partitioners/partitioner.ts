/**
 * Chooses the partition of a call.
 *
 * @param key the encoded key, or null
 * @param partitions numbers of the topic's partitions, ascending
 */
export type ChoosePartition = (key: Uint8Array | null, partitions: readonly number[]) => number

/** Makes a chooser for each topic, which may remember where it was. */
export interface Partitioner {
  forTopic(topic: string): ChoosePartition
  /** Its choosers take keys that are text as they are, which spares encoding them; default false. */
  readonly takesText?: boolean
}
