import { inspect, KafkaError } from './errors'

/** A serializer or a keyMaker threw, was rejected, or answered what cannot be sent. */
export class SerializationError extends KafkaError {
  static override readonly kind = 'serialization'
  readonly topic: string
  /** The producer option that failed. */
  readonly option: 'serializer' | 'keyMaker'

  constructor(topic: string, option: SerializationError['option'], cause: unknown) {
    const what = cause instanceof Error ? cause.message : inspect(cause)
    super(`message for ${topic}: producer option ${option} failed: ${what}`, { cause })
    this.topic = topic
    this.option = option
  }
}

/** A message of a `sendAll` that was not delivered, and what came with it. */
interface FailedMessage {
  readonly error: KafkaError
  readonly passThrough: unknown
}

/** Some messages of a `sendAll` were not delivered. The results of all others were told before. */
export class FailedMessagesError extends KafkaError {
  static override readonly kind = 'failed-messages'
  readonly delivered: number
  readonly failed: number
  /** The first of them in the order of the source, 100 at most. */
  readonly failures: readonly FailedMessage[]

  constructor(delivered: number, failed: number, failures: readonly FailedMessage[]) {
    const [first] = failures
    super(
      `sendAll: ${failed} of ${failed + delivered} messages failed; first: ${first?.error.message ?? 'no error'}`,
      { cause: first?.error, remedy: first?.error.remedy ?? 'give-up' },
    )
    this.delivered = delivered
    this.failed = failed
    this.failures = failures
  }
}
