import type { Message } from '../kernel'
import type { Delivery } from '../deferred'

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
}
