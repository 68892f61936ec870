import type { Random } from '../kernel'

/**
 * Chooses the partition of a call.
 *
 * @param key the encoded key, or null
 * @param partitions numbers of the topic's partitions, ascending; another array after news of the cluster, else the same
 */
export type ChoosePartition = (key: Uint8Array | null, partitions: readonly number[]) => number

/** What a producer knows of a topic that it writes to. Asked for at any time, it answers for that moment. */
export interface TopicView {
  /** The client's dice. */
  readonly random: Random
  /** Bytes that were put into batches of the partition so far, sent or not, before compression. */
  takenBytes(partition: number): number
  /** Those of them that wait to leave: they grow where the broker is slower than the sender. */
  waitingBytes(partition: number): number
  /** Whether an open batch of the partition still waits for company, as `bufferTime` has it. */
  isGathering(partition: number): boolean
  /** Whether somebody leads the partition. */
  isAvailable(partition: number): boolean
}

/** Makes a chooser for each topic, which may remember where it was. */
export interface Partitioner {
  /** @param view left out, the chooser works without knowing what becomes of its choices */
  forTopic(topic: string, view?: TopicView): ChoosePartition
  /** Its choosers take keys that are text as they are, which spares encoding them; default false. */
  readonly takesText?: boolean
}
