import { KafkaError } from './errors'

/** There is no offset to read from, and `autoOffsetReset: 'none'` forbids to choose one. */
export class NoOffsetError extends KafkaError {
  static override readonly kind = 'no-offset'
  readonly topic: string
  readonly partition: number

  constructor(at: { topic: string; partition: number }, reason: string, cause?: unknown) {
    super(
      `${at.topic}/${at.partition}: ${reason}, and autoOffsetReset is 'none'; ` +
        `start at an offset that the log has, or set the consumer option autoOffsetReset`,
      { cause },
    )
    this.topic = at.topic
    this.partition = at.partition
  }
}

/**
 * Messages that had been read are not in the log any more: a replica without them was elected (KIP-320), and
 * `autoOffsetReset: 'none'` forbids to choose where to go on.
 */
export class LogTruncationError extends KafkaError {
  static override readonly kind = 'log-truncation'
  readonly topic: string
  readonly partition: number
  /** Up to where had been read. */
  readonly offset: bigint
  /** Leader epoch of the last message that had been read. */
  readonly leaderEpoch: number
  /** From here on the log is another one; undefined when it does not know the epoch at all. */
  readonly divergesAt: bigint | undefined

  constructor(
    at: { topic: string; partition: number },
    read: { offset: bigint; leaderEpoch: number },
    divergesAt: bigint | undefined,
  ) {
    const where = divergesAt === undefined ? 'nobody knows where' : `at offset ${divergesAt}`
    super(
      `${at.topic}/${at.partition}: the log was truncated behind offset ${read.offset} (leader epoch ` +
        `${read.leaderEpoch}), it parts from what was read ${where}, and autoOffsetReset is 'none'; ` +
        `undo what was read from there on and start at that offset, or set the consumer option autoOffsetReset`,
    )
    this.topic = at.topic
    this.partition = at.partition
    this.offset = read.offset
    this.leaderEpoch = read.leaderEpoch
    this.divergesAt = divergesAt
  }
}

/** The topic was deleted and created anew while it was read, and `autoOffsetReset: 'none'` forbids to begin it. */
export class TopicRecreatedError extends KafkaError {
  static override readonly kind = 'topic-recreated'
  readonly topic: string
  readonly partition: number

  constructor(at: { topic: string; partition: number }) {
    super(
      `${at.topic}/${at.partition}: the topic was deleted and created anew, and autoOffsetReset is 'none'; ` +
        `start at OFFSET_EARLIEST, or set the consumer option autoOffsetReset`,
    )
    this.topic = at.topic
    this.partition = at.partition
  }
}
