import { plain } from '../kernel'

/** Where the messages of one call landed. In JSON its int64 are decimal strings. */
export interface Receipt {
  readonly topic: string
  readonly partition: number
  /** Of the call's first message; -1n with acks `none`, or when the broker had it already and does not tell. */
  readonly offset: bigint
  /** Ms since the epoch that the broker wrote, for topics with log append time; else -1n. */
  readonly timestamp: bigint
}

/** A receipt as its sender gets it: no larger than a plain object, with its JSON on a prototype that all share. */
export class LandedReceipt implements Receipt {
  declare readonly topic: string
  declare readonly partition: number
  declare readonly offset: bigint
  declare readonly timestamp: bigint

  constructor(topic: string, partition: number, offset: bigint, timestamp: bigint) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.timestamp = timestamp
  }

  toJSON(): unknown {
    return plain(Object.fromEntries(Object.entries(this)))
  }
}

/** The receipt of a message of a `sendAll`, with what came with it. */
export class PassedReceipt extends LandedReceipt {
  declare readonly passThrough: unknown

  constructor({ topic, partition, offset, timestamp }: Receipt, passThrough: unknown) {
    super(topic, partition, offset, timestamp)
    this.passThrough = passThrough
  }
}
