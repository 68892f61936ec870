import { ArgumentError, type TopicPartition } from '../kernel'
import { checkTopic } from '../client'

/** What to read: a topic, several, or chosen partitions of any. */
export type Topics = string | readonly string[] | readonly TopicPartition[]

/** By topic its chosen partitions; undefined: all, also those that are added later. */
export type Selection = ReadonlyMap<string, readonly number[] | undefined>

/**
 * @param partitions of the only topic; undefined: all
 * @throws ArgumentError naming what cannot be read
 */
export function selectionOf(topics: unknown, partitions: readonly number[] | undefined): Selection {
  if (!Array.isArray(topics)) {
    checkTopic('topic', topics)
    return new Map([[topics, partitions]])
  }
  if (partitions !== undefined)
    throw new ArgumentError(
      'consumer option partitions',
      `[${partitions.join(', ')}]`,
      'one topic with it; of several, partitions are chosen as { topic, partition }',
    )
  if (topics.length === 0) throw new ArgumentError('topics', topics, 'at least one topic')
  const chosen = new Map<string, number[] | undefined>()
  topics.forEach((one: unknown, index) => choose(chosen, one, `topics[${index}]`))
  return chosen
}

function choose(chosen: Map<string, number[] | undefined>, one: unknown, name: string): void {
  const { topic, partition } = (
    typeof one === 'string' ? { topic: one } : (one ?? {})
  ) as Partial<TopicPartition>
  checkTopic(name, topic ?? one)
  if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0))
    throw new ArgumentError(`${name}.partition`, partition, 'a whole number from 0')
  const others = chosen.get(topic!)
  const isTwice = partition === undefined ? chosen.has(topic!) : others?.includes(partition)
  if (isTwice || (partition !== undefined && chosen.has(topic!) && others === undefined))
    throw new ArgumentError(name, one, 'each topic and each partition once')
  chosen.set(topic!, partition === undefined ? undefined : [...(others ?? []), partition])
}
