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
  | { readonly type: 'idempotence-off'; readonly reason: string }
  | { readonly type: 'producer-id'; readonly id: bigint; readonly epoch: number }

export type Emit = (event: ProducerEvent) => void
