import {
  ArgumentError,
  checkOffset,
  type Clock,
  type CodecLookup,
  type Int64Input,
  type Message,
  type ReceivedMessage,
} from '../../kernel'
import { readBatches, type RecordBatch } from '../../protocol'
import type { Cluster, Partition } from '../cluster'
import { appendMessages } from './append-messages'
import { moveLeader } from './move-leader'

interface PartitionTools {
  readonly codecs: CodecLookup
  readonly clock: Clock
}

/** One partition, to be looked at and to be hurt. */
export class PartitionHandle {
  readonly #cluster: Cluster
  readonly #partition: Partition
  readonly #codecs: CodecLookup
  readonly #clock: Clock

  constructor(cluster: Cluster, partition: Partition, { codecs, clock }: PartitionTools) {
    this.#cluster = cluster
    this.#partition = partition
    this.#codecs = codecs
    this.#clock = clock
  }

  get topic(): string {
    return this.#partition.topic.name
  }

  get partition(): number {
    return this.#partition.index
  }

  /** Id of the broker that leads; -1 for none. */
  get leader(): number {
    return this.#partition.leader
  }

  get leaderEpoch(): number {
    return this.#partition.leaderEpoch
  }

  get replicas(): readonly number[] {
    return this.#partition.replicas
  }

  /** Replicas in sync. */
  get isr(): readonly number[] {
    return this.#partition.isr
  }

  get logStartOffset(): bigint {
    return this.#partition.log.startOffset
  }

  /** Offset that the next record gets. */
  get logEndOffset(): bigint {
    return this.#partition.log.endOffset
  }

  get highWatermark(): bigint {
    return this.#partition.highWatermark
  }

  /** What `read_committed` may read up to. */
  get lastStableOffset(): bigint {
    return this.#partition.lastStableOffset
  }

  get sizeInBytes(): number {
    return this.#partition.log.sizeInBytes
  }

  /** The log's batches, in order. */
  get batches(): readonly RecordBatch[] {
    const { log } = this.#partition
    const bytes = log.read(log.startOffset, Infinity, { minOneBatch: true, upTo: log.endOffset })
    const source = { topic: this.topic, partition: this.partition, codecs: this.#codecs }
    return bytes.flatMap(chunk => [...readBatches(chunk, source)])
  }

  /** Every record but those of control batches, in order. */
  get messages(): readonly ReceivedMessage[] {
    const data = this.batches.filter(batch => !batch.isControl)
    return data.flatMap(batch => batch.records(this.logStartOffset))
  }

  /**
   * Writes messages without a producer, as one batch; answers the offset of the first. Text is written as UTF-8; a
   * message without a timestamp is from now. ArgumentError for what the topic refuses, such as a message that is too
   * large.
   */
  append(messages: readonly Message[]): bigint {
    return appendMessages(this.#cluster, this.#partition, messages, this.#clock.now())
  }

  /**
   * Another broker leads, in a new epoch, though the old leader lives. Default the next living replica in sync.
   * ArgumentError when there is none, or when `to` cannot lead.
   */
  moveLeader(to?: number): void {
    moveLeader(this.#cluster, this.#partition, `moveLeader of ${this.topic}-${this.partition} to`, to)
  }

  /**
   * Records from this offset on are lost, as in an unclean election: a new epoch begins there. ArgumentError for an
   * offset that is negative or beyond the end of the log.
   */
  truncateTo(offset: Int64Input): void {
    const to = checkOffset('truncateTo offset', offset)
    if (to > this.logEndOffset)
      throw new ArgumentError('truncateTo offset', offset, `at most ${this.logEndOffset}, the end of the log`)
    this.#partition.log.truncateTo(to)
    this.#cluster.moveLeader(this.#partition, this.leader)
  }

  /**
   * The broker no longer knows which producers wrote here, as after they were long silent; those whose transaction goes
   * on it keeps.
   */
  forgetProducers(): void {
    this.#partition.log.producers.forget()
  }

  /**
   * Of each producer's batches the broker remembers only the last, as after it was restarted: one before that, sent
   * again, is OUT_OF_ORDER_SEQUENCE_NUMBER.
   */
  forgetBatches(): void {
    this.#partition.log.producers.forgetBatches()
  }
}
