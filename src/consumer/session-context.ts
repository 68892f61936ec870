import type { KafkaError } from '../kernel'
import type { ClientCore, CommitIdentity, Purpose } from '../client'
import type { ByteBudget } from './byte-budget'
import type { Emit } from './event'
import type { ConsumerSettings } from './options'

/** What the parts of one subscription share. */
export interface SessionContext {
  readonly client: ClientCore
  /** Of the consumer, for texts. */
  readonly name: string
  readonly settings: ConsumerSettings
  readonly budget: ByteBudget
  /** The connections that this subscription fetches on: nobody else may wait behind its long polls. */
  readonly purpose: Purpose
  readonly emit: Emit
  /** Batches that the subscriber may have in all. */
  readonly maxInHand: number
  /** Whether messages are acked one by one; then so many of a partition may be between the first and the last of them. */
  readonly maxUncommitted: number | undefined
  /** Whom commits come from; undefined: nobody that may commit. */
  readonly identity: () => CommitIdentity | undefined
  /** What such a commit was refused with. */
  readonly refused: (error: KafkaError, identity: CommitIdentity) => void
  /** Whether the subscriber has to ack by itself, so that one who never does has forgotten it. */
  readonly isAckedByHand: boolean
  /** Messages that cannot be deserialized are delivered too, each in a batch of its own; else they end the subscription. */
  readonly takesUndecodable: boolean
  /** Aborts when nothing more is to be fetched. */
  readonly fetching: AbortSignal
}

/** For texts. */
export function subscriptionOf({ name }: Pick<SessionContext, 'name'>): string {
  return `the subscription of ${name}`
}
