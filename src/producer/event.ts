import type { KafkaError, TopicPartition } from '../kernel'
import type { UnheardFailure } from '../deferred'

/** What happens inside a producer; `producer.events$` tells it. Never errors. */
export type ProducerEvent =
  | UnheardFailure
  | { readonly type: 'retry'; readonly at: TopicPartition; readonly error: KafkaError }
  | {
      readonly type: 'batch-failed'
      readonly at: TopicPartition
      readonly error: KafkaError
      readonly messages: number
    }
  | { readonly type: 'batch-split'; readonly at: TopicPartition; readonly messages: number }
  /** The broker does not know the last message that it has acknowledged: it has lost data, or forgotten the producer. */
  | { readonly type: 'sequence-lost'; readonly at: TopicPartition; readonly error: KafkaError }
  /**
   * With acks `none`: a connection has ended, and nobody knows which of the last messages written to it have arrived.
   * They are not sent again.
   */
  | { readonly type: 'messages-maybe-lost'; readonly broker: string; readonly reason: string }
  | { readonly type: 'idempotence-off'; readonly reason: string }
  /** `error` is why, if it was not asked for. */
  | { readonly type: 'transaction-aborted'; readonly error: KafkaError | undefined }
  /** The producer begins no more transactions: fenced, not allowed, or nobody knows whether the last was committed. */
  | { readonly type: 'transactions-over'; readonly error: KafkaError }
  /** A `sendAll` in a pipe, with `overflow: 'drop'`, had no room for it. */
  | {
      readonly type: 'message-dropped'
      readonly topic: string
      readonly passThrough: unknown
      readonly reason: string
    }
  | { readonly type: 'producer-id'; readonly id: bigint; readonly epoch: number }

/** A batch that was delivered; `producer.batches$` tells them. */
export interface BatchReport {
  readonly at: TopicPartition
  readonly messages: number
  /** On the wire, compressed. */
  readonly bytes: number
  /** How often it was sent: 1 when all went well. */
  readonly attempts: number
  /** From its first message to the answer, in ms. */
  readonly elapsedMs: number
}

export type Emit = (event: ProducerEvent) => void
