import type { CompressionType, Headers } from '../../../src'
import type { NewTopic } from '../kafka'

/** A message that every client can write and read: as text, with at least one header. */
export interface Sample {
  readonly key: string | null
  readonly value: string | null
  readonly headers: Headers
}

/** A message as some client read it. */
export interface Seen {
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface Produce {
  readonly topic: string
  readonly messages: readonly Sample[]
  readonly codec: CompressionType
  readonly idempotent: boolean
}

export interface Consume {
  readonly topic: string
  readonly group: string
  /** So many messages, from the committed offsets on or else from the beginning; then it commits what it read. */
  readonly count: number
}

export type Names = Omit<Consume, 'count'>

/** What an admin client saw on the way from looking at a topic and a group to removing them. */
export interface Administered {
  readonly topicIsListed: boolean
  /** Of all partitions together, and so are the committed offsets. */
  readonly end: number
  readonly groupIsListed: boolean
  readonly state: string
  readonly committed: number
  /** The committed offset of partition 0, once it was set back to 1. */
  readonly setBack: number
  /** How many, once there were to be five. */
  readonly partitions: number
  /** Once it was set to a day. */
  readonly 'retention.ms': string
  readonly groupIsLeft: boolean
  readonly topicIsLeft: boolean
}

/** A consumer in a group, running until it is told to leave. */
export interface Member {
  /** What it has read so far. */
  seen(): readonly Seen[]
  leave(): Promise<void>
}

/** A producer, running until it is told to close. */
export interface Writer {
  write(messages: readonly Sample[]): void
  close(): Promise<void>
}

/** A Kafka client of somebody else's, at work on a cluster. */
export interface ClientAtWork {
  create(topic: NewTopic): Promise<void>
  produce(what: Produce): Promise<void>
  consume(what: Consume): Promise<Seen[]>
  write(topic: string): Promise<Writer>
  join(what: Names): Promise<Member>
  /** Commits one transaction, aborts one, commits one with an offset of the group: what it sees of them, committed. */
  transact?(what: Names): Promise<Seen[]>
  /** Looks at a topic of two partitions and a group, changes and removes them. */
  administer?(what: Names): Promise<Administered>
}

/** A Kafka client of somebody else's. */
export interface Client {
  readonly name: string
  /** Those it has without plug-ins. */
  readonly codecs: readonly CompressionType[]
  /** Cannot be told to do without. */
  readonly alwaysIdempotent?: boolean
  /** Default true. */
  readonly hasAdmin?: boolean
  /** Default false. */
  readonly hasTransactions?: boolean
  /**
   * Makes it ready to run, by the network if need be. Fails with `ClientUnavailable` if the machine lacks what it is
   * written in, and with a plain error if it could not be installed.
   */
  install(): Promise<(bootstrap: string) => ClientAtWork>
}
