import {
  ArgumentError,
  checkOffset,
  type CodecLookup,
  type Int64Input,
  type ReceivedMessage,
} from '../../kernel'
import { readBatches, type RecordBatch } from '../../protocol'
import type { Cluster, Partition } from '../cluster'

/** One partition, to be looked at and to be hurt. */
export class PartitionHandle {
  readonly #cluster: Cluster
  readonly #partition: Partition
  readonly #codecs: CodecLookup

  constructor(cluster: Cluster, partition: Partition, codecs: CodecLookup) {
    this.#cluster = cluster
    this.#partition = partition
    this.#codecs = codecs
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

  /** Another broker leads, in a new epoch, though the old leader lives. Default the next living replica. */
  moveLeader(to?: number): void {
    const { leader, replicas, isr } = this.#partition
    const alive = this.#cluster.aliveBrokers
    const candidates = replicas.filter(id => id !== leader && isr.includes(id) && alive.includes(id))
    const next = to ?? candidates[0]
    if (next === undefined || !candidates.includes(next))
      throw new ArgumentError(
        'moveLeader to',
        to,
        `a living replica in sync other than ${leader}: ${String(candidates)}`,
      )
    this.#cluster.moveLeader(this.#partition, next)
  }

  /** Records from this offset on are lost, as in an unclean election: a new epoch begins there. */
  truncateTo(offset: Int64Input): void {
    this.#partition.log.truncateTo(checkOffset('truncateTo offset', offset))
    this.#cluster.moveLeader(this.#partition, this.leader)
  }

  /**
   * The broker no longer knows which producers wrote here, as after they were long silent; those whose transaction goes
   * on it keeps.
   */
  forgetProducers(): void {
    this.#partition.log.producers.forget()
  }
}
