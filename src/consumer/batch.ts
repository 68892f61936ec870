import {
  milliseconds,
  optional,
  settle,
  type OptionsOf,
  type ReceivedMessage,
  type TopicPartition,
} from '../kernel'
import type { Deferred } from '../deferred'
import type { Piece } from './fetched'

/** A batch, whatever its keys and values are. */
export type AnyBatch = Batch<unknown, unknown>

const nackOptions = {
  /** Ms until it comes again. Default: a pause that grows while nothing of the partition is acked. */
  delayMs: optional(milliseconds(0)),
}

export type NackOptions = OptionsOf<typeof nackOptions>

/** Who gave the batch away and hears what becomes of it. */
export interface BatchOwner {
  /** Aborts when work on the batch is no longer wanted. */
  readonly signal: AbortSignal
  /** Reading the messages says that they are done. */
  readonly acksOnRead: boolean
  ack(batch: AnyBatch): void
  nack(batch: AnyBatch, delayMs: number | undefined): void
  commit(batch: AnyBatch): Deferred<void>
}

/**
 * Messages of one partition in their order: what one answer held, at most `maxBatchMessages`. Reading returns
 * memory, `ack` says processed, `commit` makes it durable.
 *
 * @typeParam K what keys are: what `keyDeserializer` makes
 * @typeParam V what values are: what `valueDeserializer` makes
 */
export class Batch<K = Buffer, V = Buffer> implements Iterable<ReceivedMessage<K, V>>, TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Offset of the first message. */
  readonly firstOffset: bigint
  /** Where reading goes on after this batch, by the log: it may hold more than messages. */
  readonly nextOffset: bigint
  /** Epoch of the leader that wrote the last message; -1 when not known. */
  readonly leaderEpoch: number
  /** How many messages it holds. */
  readonly count: number
  /** About how many bytes they take, decompressed. */
  readonly bytes: number
  readonly #messages: readonly ReceivedMessage<K, V>[]
  readonly #owner: BatchOwner

  constructor({ topic, partition }: TopicPartition, piece: Piece<ReceivedMessage<K, V>>, owner: BatchOwner) {
    this.topic = topic
    this.partition = partition
    this.firstOffset = piece.messages[0]!.offset
    this.nextOffset = piece.position.offset
    this.leaderEpoch = piece.position.leaderEpoch
    this.count = piece.messages.length
    this.bytes = piece.bytes
    this.#messages = piece.messages
    this.#owner = owner
  }

  /** The messages. With `ack: 'auto'` asking for them acks the batch. */
  get messages(): readonly ReceivedMessage<K, V>[] {
    if (this.#owner.acksOnRead) this.#owner.ack(this)
    return this.#messages
  }

  /** Aborts when nobody wants the batch done any more: its partition was given up, or its subscription has ended. */
  get signal(): AbortSignal {
    return this.#owner.signal
  }

  /** The messages are done: makes room for more, and counts at the next commit. Does no I/O. Twice is as once. */
  ack(): void {
    this.#owner.ack(this)
  }

  /**
   * The messages are not done: after a pause the batch comes again, as another one, and after it, in their order, all of its
   * partition that were delivered behind it and are not acked. Until then nothing of the partition is delivered. What
   * is done with this one and with those from now on counts for nothing.
   * Of a batch that is acked, or whose subscription is over, it does nothing.
   *
   * @throws ArgumentError when `delayMs` is no time
   */
  nack(options: NackOptions = {}): void {
    this.#owner.nack(this, settle('nack', nackOptions, options).delayMs)
  }

  /**
   * Acks the batch and stores its `nextOffset` for the group, once the batches before it are acked too. Commits that
   * are asked for while one is under way go together. What cannot count any more, since it was nacked, the partition was
   * taken away, or reading has gone on elsewhere, ends without having stored anything, with the event `stale-ack`.
   *
   * @returns starts when subscribed to or awaited; fails with ArgumentError without a `groupId`, ClosedError when the
   *   subscription has ended, or what the broker says
   */
  commit(): Deferred<void> {
    return this.#owner.commit(this)
  }

  [Symbol.iterator](): Iterator<ReceivedMessage<K, V>> {
    return this.messages[Symbol.iterator]()
  }

  /** Offsets as text, since JSON has no integers of 64 bits. */
  toJSON(): object {
    const { topic, partition, firstOffset, nextOffset, leaderEpoch } = this
    return {
      topic,
      partition,
      firstOffset: `${firstOffset}`,
      nextOffset: `${nextOffset}`,
      leaderEpoch,
      messages: this.#messages,
    }
  }

  toString(): string {
    return `Batch(${this.topic}/${this.partition} offsets ${this.firstOffset} to ${this.nextOffset - 1n})`
  }
}
