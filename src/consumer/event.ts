import type { CorruptRecordError, KafkaError, RebalanceHookError, TopicPartition } from '../kernel'
import type { MembershipEvent } from '../group'
import type { ResetTo } from './reset-policy'

/** What happens inside a consumer; `consumer.events$` tells it. Never errors. */
export type ConsumerEvent =
  | MembershipEvent
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
  /** A partition has messages, and none was delivered for a minute; `reason` says what is in the way. */
  | {
      readonly type: 'stalled'
      readonly at: TopicPartition
      readonly lag: bigint
      readonly ms: number
      /** As `explain()` has it. */
      readonly state: string
      readonly reason: string
    }
  /** A batch was given back: it and those of its partition delivered after it come again after `delayMs`. */
  | {
      readonly type: 'nacked'
      readonly at: TopicPartition
      readonly firstOffset: bigint
      /** How many come again. */
      readonly batches: number
      readonly delayMs: number
    }
  /**
   * A batch was acked, or was to be committed, that does not count any more: its subscription is over, its partition gone, it
   * was given back, or reading has gone on elsewhere.
   */
  | { readonly type: 'stale-ack'; readonly at: TopicPartition; readonly nextOffset: bigint }
  | { readonly type: 'committed'; readonly at: TopicPartition; readonly offset: bigint }
  | { readonly type: 'commit-failed'; readonly at: TopicPartition; readonly error: KafkaError }
  /** So much of a partition is done out of order that a broker would not keep it: after a crash it is done again. */
  | { readonly type: 'done-ahead-dropped'; readonly at: TopicPartition; readonly messages: number }
  /** Nobody has been subscribed to the stream of this partition of `partitions$` for so long. */
  | { readonly type: 'unread'; readonly at: TopicPartition; readonly ms: number }
  /** A handler failed, and `onError` is `'skip'`. */
  | { readonly type: 'skipped'; readonly at: TopicPartition; readonly error: KafkaError }
  /** A handler failed, and `onError` is `'pause'`: the partition waits for `resume`. Told again each minute. */
  | { readonly type: 'paused'; readonly at: TopicPartition; readonly error: KafkaError }
  /** `onAssigned`, `onRevoked` or `onLost` failed; the stream fails with it too, unless it has ended. */
  | { readonly type: 'hook-failed'; readonly error: RebalanceHookError }
  /** `close` did not wait longer for batches that were not acked. */
  | { readonly type: 'close-timed-out'; readonly batches: number }
  /** Partitions were let go though these batches were not acked; whoever has them next reads them again. */
  | { readonly type: 'release-timed-out'; readonly batches: number }

export type Emit = (event: ConsumerEvent) => void
