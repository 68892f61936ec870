import type { KafkaError, TopicPartition } from '../kernel'
import type { Cluster } from './cluster'

/** What happens inside a client; `client.events$` tells it. Never errors. */
export type ClientEvent =
  | { readonly type: 'connected'; readonly broker: string; readonly purpose: string }
  | {
      readonly type: 'disconnected'
      readonly broker: string
      readonly purpose: string
      readonly reason: string
    }
  | {
      readonly type: 'connect-failed'
      readonly broker: string
      readonly purpose: string
      readonly error: KafkaError
    }
  | { readonly type: 'metadata'; readonly cluster: Cluster }
  | {
      readonly type: 'leader-changed'
      readonly at: TopicPartition
      readonly leader: number
      readonly epoch: number
    }
  | { readonly type: 'topic-recreated'; readonly topic: string }
  | { readonly type: 'cluster-changed'; readonly from: string; readonly to: string }
  | { readonly type: 'rebootstrap'; readonly reason: string }
  | { readonly type: 'throttled'; readonly broker: string; readonly ms: number }

export type Emit = (event: ClientEvent) => void
