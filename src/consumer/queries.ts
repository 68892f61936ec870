import { Observable } from 'rxjs'
import {
  ArgumentError,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Int64Input,
  type TopicPartition,
} from '../kernel'
import type { KafkaClient } from '../client'
import { Deferred } from '../deferred'
import type { Reader } from './reader'
import type { Selection } from './selection'

/** An offset of a partition. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: bigint
}

/** What is missing in a partition. */
export interface PartitionLag extends TopicPartition {
  /** Of what is delivered next. */
  readonly position: bigint
  /** Messages from there to the end of the log as it was last told. */
  readonly lag: bigint
}

/** How often lag is told, in ms. */
const lagEveryMs = 1000

/** What one may ask of the brokers about the partitions of a consumer, whether or not it reads just now. */
export class Queries {
  readonly #client: KafkaClient
  readonly #reader: Reader
  readonly #selection: Selection

  constructor(client: KafkaClient, reader: Reader, selection: Selection) {
    this.#client = client
    this.#reader = reader
    this.#selection = selection
  }

  /** What the group has stored; partitions for which it has stored nothing are left out. */
  committed(partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return Deferred.from(`committed offsets of ${this.#reader.name}`, async () => {
      const { groupId } = this.#reader.settings
      if (groupId === undefined)
        throw new ArgumentError('consumer option groupId', groupId, 'a group id, to ask what it has stored')
      const stored = await this.#client.sendOffsetFetchRequest(groupId, await this.#all(partitions))
      return stored.filter(({ offset }) => offset >= 0n).map(offsetOf)
    })
  }

  /** @param time a Date, ms since the epoch, `OFFSET_EARLIEST` or `OFFSET_LATEST` */
  offsets(
    time: Date | Int64Input,
    partitions: readonly TopicPartition[],
  ): Deferred<readonly PartitionOffset[]> {
    return Deferred.from(`offsets of ${this.#reader.name}`, async () => {
      const { isolationLevel } = this.#reader.settings
      const payloads = (await this.#all(partitions)).map(at => ({ ...at, time }))
      return (await this.#client.sendOffsetRequest(payloads, { isolationLevel })).map(offsetOf)
    })
  }

  beginning(partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.offsets(OFFSET_EARLIEST, partitions)
  }

  end(partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.offsets(OFFSET_LATEST, partitions)
  }

  /** The lag of what is read just now, at once and then every second. */
  get lag$(): Observable<readonly PartitionLag[]> {
    return new Observable(subscriber => {
      const { clock } = this.#reader.core.settings
      const tell = () => {
        subscriber.next(this.#lags())
        if (!subscriber.closed) timer = clock.after(lagEveryMs, tell)
      }
      let timer = clock.after(0, tell)
      const events = this.#reader.events$.subscribe({
        complete: () => subscriber.complete(),
        error: () => undefined,
      })
      return () => {
        timer.cancel()
        events.unsubscribe()
      }
    })
  }

  #lags(): readonly PartitionLag[] {
    return [...(this.#reader.session?.lines ?? [])].flatMap(({ at, reached: position, lag }) =>
      position === undefined || lag === undefined ? [] : [{ ...at, position, lag }],
    )
  }

  /** Those, or all that are to be read. */
  async #all(partitions: readonly TopicPartition[]): Promise<readonly TopicPartition[]> {
    if (partitions.length > 0) return partitions.map(({ topic, partition }) => ({ topic, partition }))
    const { topics } = await this.#client.loadMetadataForTopics(...this.#selection.keys())
    return [...this.#selection].flatMap(([topic, chosen]) =>
      [...(chosen ?? topics.get(topic)?.partitions.keys() ?? [])].map(partition => ({ topic, partition })),
    )
  }
}

function offsetOf({ topic, partition, offset }: PartitionOffset): PartitionOffset {
  return { topic, partition, offset }
}
