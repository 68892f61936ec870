import type { ClientCore } from '../client'
import type { KafkaError, TopicPartition } from '../kernel'
import type { Emit } from './event'
import type { IdentitySource } from './identity'
import type { ProducerSettings } from './options'

/** What transactions have to say about batches. */
export interface BatchGate {
  /** Whether batches of this partition may leave; if not, the sender is woken when they may. */
  admits(at: TopicPartition): boolean
  /** Why nothing leaves any more, neither for the first time nor again. */
  readonly refusal: KafkaError | undefined
  /** A batch came back. */
  cameBack(error: KafkaError): void
  /** The highest version of Produce that fits the transaction. */
  readonly maxProduceVersion: number
}

export interface SenderContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly acks: number
  readonly transactionalId: string | null
  readonly identity: IdentitySource
  readonly gate: BatchGate | undefined
  readonly emit: Emit
}
