import { OFFSET_EARLIEST, OFFSET_LATEST, type KafkaClient } from 'rx-kafka'
import { startIn, type Range, type Start } from './start'

/** A partition, where to begin in it and where its log ended just now. */
export interface Stretch {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

/** Asks the cluster what the partitions have, and finds where to begin in each. */
export async function stretchesOf(
  client: KafkaClient,
  topic: string,
  partitions: readonly number[],
  start: Start,
): Promise<readonly Stretch[]> {
  const ask = async (time: bigint) => {
    const answers = await client.sendOffsetRequest(partitions.map(partition => ({ topic, partition, time })))
    return new Map(answers.map(({ partition, offset }) => [partition, offset]))
  }
  const [first, next, timed] = await Promise.all([
    ask(OFFSET_EARLIEST),
    ask(OFFSET_LATEST),
    start.at === 'time' ? ask(start.time) : undefined,
  ])
  return partitions.map(partition => {
    const range: Range = { first: first.get(partition)!, next: next.get(partition)! }
    return { partition, start: startOfOne(range, start, timed?.get(partition)), end: range.next }
  })
}

/** No message at that time or later: then at the end. */
function startOfOne(range: Range, start: Start, found: bigint | undefined): bigint {
  if (start.at !== 'time') return startIn(range, start)
  return found === undefined || found < 0n ? range.next : startIn(range, { at: 'offset', offset: found })
}

/** The partitions by the offset they begin at. */
export function byStart(stretches: readonly Stretch[]): ReadonlyMap<bigint, readonly number[]> {
  const groups = new Map<bigint, number[]>()
  for (const { partition, start } of stretches) {
    const group = groups.get(start)
    if (group) group.push(partition)
    else groups.set(start, [partition])
  }
  return groups
}
