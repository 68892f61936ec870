import type { KafkaError, TopicPartition } from '../kernel'
import type { ClientCore } from '../client'
import type { Emit } from './event'
import type { MembershipSettings } from './options'

type Partitions = readonly TopicPartition[]

/** What a membership is made of. None of the callbacks is called again once `leave` has resolved. */
export interface MembershipContext {
  readonly client: ClientCore
  readonly groupId: string
  readonly topics: readonly string[]
  readonly settings: MembershipSettings
  readonly emit: Emit
  /** These are this member's from now on, and no others; an empty list too is told. */
  readonly onAssigned: (partitions: Partitions) => void
  /**
   * To be let go: resolves when nothing of them is in hand any more and what is done is committed. The generation holds
   * meanwhile, and heartbeats go on. What takes longer than 80 % of `rebalanceTimeoutMs` is lost.
   *
   * @param withinMs how long what is in hand may be waited for, so that there is time for the commit
   */
  readonly onRevoked: (partitions: Partitions, withinMs: number) => Promise<void>
  /** Somebody else may have them already: to be dropped at once, with nothing committed; also amid `onRevoked`. */
  readonly onLost: (partitions: Partitions) => void
  /** It is no member any more, and will not be one again. */
  readonly onFailed: (error: KafkaError) => void
}
