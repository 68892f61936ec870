import type { CompressionType } from './codec'
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
export interface FailedMessage {
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

/** The call's messages do not fit in one batch (`maxBatchBytes`), or the broker's limit is below ours. */
export class MessageTooLargeError extends KafkaError {
  static override readonly kind = 'message-too-large'
  readonly bytes: number
  readonly limit: number

  constructor(where: string, bytes: number, limit: number, option: string) {
    super(
      `${where}: ${bytes} bytes are more than ${option} (${limit}); send less in one call or raise ${option}`,
    )
    this.bytes = bytes
    this.limit = limit
  }
}

/** There is no room for another message: the producer holds `maxBufferedBytes`, or a `sendAll` has `maxInFlight`. */
export class BufferFullError extends KafkaError {
  static override readonly kind = 'buffer-full'
  constructor(message: string, cause?: unknown) {
    super(message, { cause, remedy: 'retry' })
  }
}

/** A batch could not be compressed: its codec failed. */
export class CompressionError extends KafkaError {
  static override readonly kind = 'compression'
  readonly codec: CompressionType

  constructor(codec: CompressionType, bytes: number, cause: unknown) {
    const what = cause instanceof Error ? cause.message : inspect(cause)
    super(`${codec}: a batch of ${bytes} bytes could not be compressed: ${what}`, { cause })
    this.codec = codec
  }
}

/** Messages that were accepted for sending and did not arrive for certain. `cause` says why. */
export class DeliveryError extends KafkaError {
  static override readonly kind = 'delivery'
  readonly topic: string
  readonly partition: number
  /** False: they are surely not in the log. True: nobody knows. */
  readonly maybeWritten: boolean

  constructor(at: { topic: string; partition: number }, cause: KafkaError, maybeWritten: boolean) {
    const fate = maybeWritten ? 'it is not known whether they were written' : 'they were not written'
    super(`${at.topic}/${at.partition}: messages not delivered, ${fate}: ${cause.message}`, { cause })
    this.topic = at.topic
    this.partition = at.partition
    this.maybeWritten = maybeWritten
  }
}

const others = {
  before: 'a message before them in their partition failed',
  batch: 'another message of their batch was refused',
} as const

/**
 * The `cause` of a DeliveryError of messages of which nobody has complained: another one failed, and took them along.
 * Its own `cause` is what that one failed with. They can be sent again, with the DeliveryError's `maybeWritten` in mind.
 */
export class OtherMessageError extends KafkaError {
  static override readonly kind = 'other-message'
  /** Which one failed: `before`, one that their partition had to have first; `batch`, one that travelled with them. */
  readonly other: keyof typeof others

  constructor(other: OtherMessageError['other'], cause: KafkaError) {
    super(`${others[other]}: ${cause.message}`, { cause, remedy: 'retry' })
    this.other = other
  }
}
