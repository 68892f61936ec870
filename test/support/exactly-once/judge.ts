/** What became of the messages of a run. */
export interface Judgement {
  readonly missing: number
  readonly doubled: number
  readonly disordered: number
  /** Read, but never written. */
  readonly strange: number
}

/** The value of a message: the partition it belongs to, and its number there. */
export const valueOf = (partition: number, index: number): string => `${partition}-${index}`

/** How many of `messages` belong to a partition, when they are dealt out in turn. */
export function shareOf(partition: number, messages: number, partitions: number): number {
  return Math.floor(messages / partitions) + (partition < messages % partitions ? 1 : 0)
}

/** Compares what was read, each partition in its order, with what is right: each message once, in order. */
export function judge(read: readonly string[], messages: number, partitions: number): Judgement {
  let [doubled, disordered, strange, known] = [0, 0, 0, 0]
  const seen = Array.from({ length: partitions }, (_, p) => new Uint8Array(shareOf(p, messages, partitions)))
  const last = Array.from({ length: partitions }, () => -1)
  for (const value of read) {
    const [partition, index] = value.split('-').map(Number) as [number, number]
    const counts = seen[partition]
    if (counts?.[index] === undefined) {
      strange++
      continue
    }
    if (counts[index]++ > 0) doubled++
    else known++
    if (index < last[partition]!) disordered++
    last[partition] = index
  }
  return { missing: messages - known, doubled, disordered, strange }
}
