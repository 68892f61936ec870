import type { Bytes, Message } from '../kernel'
import type { Delivery } from '../deferred'
import { sizeOf } from '../protocol'
import type { Era } from './flushes'

/** Where the messages of one call landed. */
export interface Receipt {
  readonly topic: string
  readonly partition: number
  /** Of the call's first message; -1n with acks `none`, or when the broker had it already and does not tell. */
  readonly offset: bigint
  /** Ms since the epoch that the broker wrote, for topics with log append time; else -1n. */
  readonly timestamp: bigint
}

/** The messages of one `send` or `sendMessages`: one key, one partition, one batch. */
export interface SendCall {
  readonly topic: string
  readonly key: Uint8Array | null
  /** Asked for by the caller; undefined: the partitioner chooses. */
  readonly partition: number | undefined
  readonly messages: readonly Message[]
  /** Upper estimate of what they take in a batch. */
  readonly bytes: number
  readonly delivery: Delivery<Receipt>
  /** Monotonic ms of the call. */
  readonly at: number
  /** The batch it travels in, once it has a partition. */
  batch: { readonly isSealed: boolean; remove(call: SendCall): void } | undefined
  /** Which flushes wait for it. */
  readonly era: Era
}

/** The messages and the bytes they take at most. Text is estimated, unless the limit makes a difference: then it is counted. */
export function measured(
  given: readonly Message[],
  limit: number,
): { readonly sized: readonly Message[]; readonly bytes: number } {
  const bytes = totalSize(given)
  if (bytes <= limit) return { sized: given, bytes }
  const sized = given.map(message => ({
    ...message,
    key: asBytes(message.key ?? null),
    value: asBytes(message.value),
  }))
  return { sized, bytes: totalSize(sized) }
}

function totalSize(messages: readonly Message[]): number {
  return messages.reduce((sum, message, index) => sum + sizeOf(message, index), 0)
}

function asBytes(text: Bytes | null): Uint8Array | null {
  return typeof text === 'string' ? Buffer.from(text) : text
}
