import { inspect, KafkaError } from './errors'

interface Where {
  readonly topic: string
  readonly partition: number
  /** Of the message, or of the first one of the batch. */
  readonly offset: bigint
}

/** A handler failed, and `onError` has nothing else for that. What it was at is not acked, and so not committed. */
export class ProcessingError extends KafkaError {
  static override readonly kind = 'processing'
  readonly topic: string
  readonly partition: number
  readonly offset: bigint

  constructor({ topic, partition, offset }: Where, cause: unknown, attempts: number) {
    const what = cause instanceof Error ? cause.message : inspect(cause)
    const often = attempts > 1 ? ` ${attempts} times` : ''
    super(`${topic}/${partition} offset ${offset}: the handler failed${often}: ${what}`, { cause })
    this.topic = topic
    this.partition = partition
    this.offset = offset
  }
}

/**
 * A deserializer threw, or was rejected. The message can be had as it is in the log: by its offset, and in `onError` as
 * its `raw`.
 */
export class DeserializationError extends KafkaError {
  static override readonly kind = 'deserialization'
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** What of the message: its `keyDeserializer` or its `valueDeserializer` failed. */
  readonly part: 'key' | 'value'

  constructor({ topic, partition, offset }: Where, part: DeserializationError['part'], cause: unknown) {
    const what = cause instanceof Error ? cause.message : inspect(cause)
    super(`${topic}/${partition} offset ${offset}: ${part}Deserializer failed: ${what}`, { cause })
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.part = part
  }
}

/** A handler has not ended within `maxProcessingMs`. */
export class ProcessingTimeoutError extends KafkaError {
  static override readonly kind = 'processing-timeout'
  readonly topic: string
  readonly partition: number
  readonly offset: bigint

  constructor({ topic, partition, offset }: Where, ms: number) {
    super(
      `${topic}/${partition} offset ${offset}: the handler has not ended within ${ms} ms; raise maxProcessingMs, or do less at a time`,
    )
    this.topic = topic
    this.partition = partition
    this.offset = offset
  }
}

/** A hook of a consumer group has failed: `onAssigned`, `onRevoked` or `onLost`. */
export class RebalanceHookError extends KafkaError {
  static override readonly kind = 'rebalance-hook'
  readonly hook: string

  constructor(hook: string, cause: unknown) {
    super(`${hook} failed: ${cause instanceof Error ? cause.message : inspect(cause)}`, { cause })
    this.hook = hook
  }
}
