import type { Int64Input } from './int64'

/** A partition by the name of its topic and its number, from 0. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Names a partition where things are kept by it. */
export function partitionKey({ topic, partition }: TopicPartition): string {
  return `${partition}:${topic}`
}

/** Things of partitions, gathered by topic in their order, as most bodies want them. */
export function byTopic<T extends TopicPartition>(things: readonly T[]): Map<string, T[]> {
  const topics = new Map<string, T[]>()
  for (const thing of things) {
    const list = topics.get(thing.topic)
    if (list) list.push(thing)
    else topics.set(thing.topic, [thing])
  }
  return topics
}

/** Text is written as UTF-8. */
export type Bytes = string | Uint8Array
/** Ordered pairs; a name may occur twice. */
export type Headers = readonly (readonly [name: string, value: Bytes | null])[]

/** What you send. */
export interface Message {
  readonly key?: Bytes | null | undefined
  /** `null` is a tombstone. */
  readonly value: Bytes | null
  readonly headers?: Headers | undefined
  /** Milliseconds since the epoch; default: now. */
  readonly timestamp?: Int64Input | Date | undefined
}

/**
 * What you get. Bytes of key, value and headers are views into the fetched bytes: copy what you keep for long.
 *
 * @typeParam K what keys are: what `keyDeserializer` makes
 * @typeParam V what values are: what `valueDeserializer` makes
 */
export interface ReceivedMessage<K = Buffer, V = Buffer> extends TopicPartition {
  readonly offset: bigint
  /** Milliseconds since the epoch; -1n when the log has none (message format v0). */
  readonly timestamp: bigint
  readonly timestampType: 'create' | 'append' | 'none'
  readonly key: K | null
  /** `null` is a tombstone. */
  readonly value: V | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
  /** The message as it is in the log, before deserializers; without them the message itself. */
  readonly raw: ReceivedMessage
}

/** Start at the next message to be written. */
export const OFFSET_LATEST = -1n
/** Start at the oldest message kept. */
export const OFFSET_EARLIEST = -2n
/** Start where the group has committed; needs a group id. */
export const OFFSET_COMMITTED = -1001n
