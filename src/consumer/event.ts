import type { CorruptRecordError, KafkaError, TopicPartition } from '../kernel'
import type { ResetTo } from './reset-policy'

/** What happens inside a consumer; `consumer.events$` tells it. Never errors. */
export type ConsumerEvent =
  /** The topic is not known (any more), or nobody can be asked; it is asked for again. */
  | { readonly type: 'waiting-for-topic'; readonly topic: string; readonly error: KafkaError }
  /** Reading begins: these partitions. */
  | { readonly type: 'started'; readonly partitions: readonly TopicPartition[] }
  /** A partition waits a moment and is then asked for again. */
  | { readonly type: 'retry'; readonly at: TopicPartition; readonly error: KafkaError }
  /** The log does not have the offset, or the group has stored none: reading goes on where `autoOffsetReset` says. */
  | {
      readonly type: 'offset-reset'
      readonly at: TopicPartition
      readonly to: ResetTo
      /** The offset that the log does not have; undefined when none was stored. */
      readonly from: bigint | undefined
    }
  /** Messages up to `from` that were delivered are not in the log any more, from `to` on: reading goes on there. */
  | {
      readonly type: 'truncated'
      readonly at: TopicPartition
      readonly from: bigint
      readonly to: bigint
    }
  /** The topic was deleted and created anew: reading goes on where `autoOffsetReset` says. */
  | {
      readonly type: 'topic-recreated'
      readonly at: TopicPartition
      readonly to: ResetTo
      /** Up to where the old one was delivered. */
      readonly from: bigint
    }
  /** A batch is damaged, so that none of its messages from `error.offset` on that were not delivered will be. */
  | {
      readonly type: 'corrupt-skipped'
      readonly at: TopicPartition
      /** Where reading goes on. */
      readonly nextOffset: bigint
      readonly error: CorruptRecordError
    }
  /** Messages wait, but nothing was acked for `ackTimeoutMs` and there is no room for more. */
  | {
      readonly type: 'ack-stalled'
      readonly at: TopicPartition
      /** First message of the oldest batch that is out. */
      readonly firstOffset: bigint
      readonly ms: number
    }
  /** A batch was acked when its subscription was over: that counts for nothing. */
  | { readonly type: 'stale-ack'; readonly at: TopicPartition; readonly nextOffset: bigint }
  | { readonly type: 'committed'; readonly at: TopicPartition; readonly offset: bigint }
  | { readonly type: 'commit-failed'; readonly at: TopicPartition; readonly error: KafkaError }
  /** `close` did not wait longer for batches that were not acked. */
  | { readonly type: 'close-timed-out'; readonly batches: number }

export type Emit = (event: ConsumerEvent) => void
