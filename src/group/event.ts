import type { KafkaError, TopicPartition } from '../kernel'

/** What happens to a membership. */
export type MembershipEvent =
  /** A generation has begun for this member. */
  | {
      readonly type: 'joined'
      readonly memberId: string
      readonly generationId: number
      readonly isLeader: boolean
    }
  | { readonly type: 'assigned'; readonly partitions: readonly TopicPartition[] }
  /** The group divides its partitions anew: these are let go in good order. */
  | { readonly type: 'revoking'; readonly partitions: readonly TopicPartition[] }
  | { readonly type: 'revoked'; readonly partitions: readonly TopicPartition[] }
  /** The group has put this member out, or may have: somebody else may read these by now. */
  | { readonly type: 'lost'; readonly partitions: readonly TopicPartition[]; readonly error: KafkaError }
  /** Something stands in the way and is tried again after a pause. */
  | { readonly type: 'group-retry'; readonly error: KafkaError }

export type Emit = (event: MembershipEvent) => void
