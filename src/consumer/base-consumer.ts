import type { Observable } from 'rxjs'
import type { Int64Input, TopicPartition } from '../kernel'
import type { CloseOptions, KafkaClient } from '../client'
import type { Deferred } from '../deferred'
import { Control } from './control'
import type { ConsumerEvent } from './event'
import type { Explanation } from './explain'
import { Queries, type PartitionLag, type PartitionOffset } from './queries'
import type { Reader } from './reader'
import type { Selection } from './selection'
import type { StartOffset } from './start-offset'

/** What may be asked and told of whatever reads, by itself or as a member of a group. */
export abstract class BaseConsumer {
  /** Assignments, retries, resets, stalls, commits. Hot; never errors; completes when it is closed. */
  readonly events$: Observable<ConsumerEvent>
  readonly #reader: Reader
  readonly #control: Control
  readonly #queries: Queries

  protected constructor(client: KafkaClient, reader: Reader, selection: Selection) {
    this.#reader = reader
    this.#control = new Control(reader)
    this.#queries = new Queries(client, reader, selection)
    this.events$ = reader.events$
  }

  /** Delivers and asks for nothing of these partitions until `resume`; none: of all. What has arrived stays. */
  pause(...partitions: readonly TopicPartition[]): void {
    this.#control.pause(partitions)
  }

  /** The end of `pause`; none: of all. */
  resume(...partitions: readonly TopicPartition[]): void {
    this.#control.resume(partitions)
  }

  /**
   * Goes on elsewhere in a partition. What was delivered before and is acked later is not committed any more.
   *
   * @param to an offset, `OFFSET_EARLIEST`, `OFFSET_LATEST` or `OFFSET_COMMITTED`
   */
  seek(partition: TopicPartition, to: StartOffset): void {
    this.#control.seek(partition, to)
  }

  /** The offset of what is delivered next; undefined as long as that is not known. */
  position(partition: TopicPartition): bigint | undefined {
    return this.#control.position(partition)
  }

  /** Messages from `position` to the end of the log as it was last told; undefined as long as that is not known. */
  lag(partition: TopicPartition): bigint | undefined {
    return this.#control.lag(partition)
  }

  /** What the group has stored for these partitions, or for all; those for which it has stored nothing are left out. */
  committed(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.committed(partitions)
  }

  /** The first offsets that the log still has, of these partitions or of all. */
  beginningOffsets(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.beginning(partitions)
  }

  /** The offsets of the next messages to be written, with `'read_committed'` the last stable ones; of these or of all. */
  endOffsets(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.end(partitions)
  }

  /** The offsets of the first messages of that time or later, -1n where there is none; of these partitions or of all. */
  offsetsForTime(
    time: Date | Int64Input,
    ...partitions: readonly TopicPartition[]
  ): Deferred<readonly PartitionOffset[]> {
    return this.#queries.offsets(time, partitions)
  }

  /** The lag of each partition that is read just now, at once and then every second. Completes with the consumer. */
  get lag$(): Observable<readonly PartitionLag[]> {
    return this.#queries.lag$
  }

  /** How each partition is, since when and why: the first thing to look at when nothing comes. */
  explain(): readonly Explanation[] {
    return this.#control.explain()
  }

  /**
   * Delivers no more, waits until the batches in hand are acked, commits, leaves the group if there is one, then completes
   * the stream. Starts when called; a second call answers the same outcome.
   *
   * @param options.timeoutMs how long it may take; default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    return this.#reader.close(options)
  }

  /** The same as `close`. */
  shutdown(options: CloseOptions = {}): Deferred<void> {
    return this.close(options)
  }

  /** Ends at once, and completes the stream: what is acked is committed, the group left, what is in hand not waited for. */
  stop(): Deferred<void> {
    return this.#reader.stop()
  }

  toString(): string {
    return this.#reader.name
  }
}
