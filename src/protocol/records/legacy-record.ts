import { receivedJson, type ReceivedMessage, type TopicPartition } from '../../kernel'

/** A record of format 0 or 1, which has no headers. */
export class LegacyRecord implements ReceivedMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: bigint
  readonly timestampType: ReceivedMessage['timestampType']
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly [] = []

  constructor(
    { topic, partition }: TopicPartition,
    offset: bigint,
    timestamp: bigint,
    timestampType: ReceivedMessage['timestampType'],
    key: Buffer | null,
    value: Buffer | null,
  ) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.timestamp = timestamp
    this.timestampType = timestampType
    this.key = key
    this.value = value
  }

  get raw(): this {
    return this
  }

  toJSON(): object {
    return receivedJson(this)
  }
}
