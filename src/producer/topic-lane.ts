import { ArgumentError, type Bytes, type Random } from '../kernel'
import type { ChoosePartition, Partitioner, TopicView } from '../partitioners'
import { checkTopic, type Cluster, type TopicInfo } from '../client'
import type { LineContext } from './line-context'
import { PartitionLine } from './partition-line'

/** One topic: its partitions as the cluster has them now, who chooses among them, and a line for each. */
export class TopicLane {
  readonly topic: string
  readonly #context: LineContext
  readonly #choose: ChoosePartition
  readonly #takesText: boolean
  readonly #lines: (PartitionLine | undefined)[] = []
  /** Told when the cluster was looked at again, as long as somebody waits for a partition. */
  whenLooked: (() => void) | undefined
  #cluster: Cluster | undefined
  #info: TopicInfo | undefined
  #partitions: readonly number[] = []
  /** Those of them that nobody leads: most of the time none. */
  #leaderless: ReadonlySet<number> = new Set()

  constructor(topic: string, partitioner: Partitioner, context: LineContext) {
    checkTopic('topic', topic)
    this.topic = topic
    this.#context = context
    this.#choose = partitioner.forTopic(topic, this.#view(context.random))
    this.#takesText = partitioner.takesText === true
  }

  /** Whether nothing was ever placed here, and nobody waits for a partition. */
  get isUnused(): boolean {
    return this.#lines.length === 0 && this.whenLooked === undefined
  }

  /** Whether its partitions are known. */
  isKnown(cluster: Cluster): boolean {
    if (cluster !== this.#cluster) this.#look(cluster)
    return this.#partitions.length > 0
  }

  /** Its partitions as they were last seen. */
  get partitions(): readonly number[] {
    return this.#partitions
  }

  has(partition: number): boolean {
    return this.#partitions.includes(partition)
  }

  /**
   * The line of a call; undefined when the caller asks for a partition that the topic does not have, or not yet. Raises
   * an ArgumentError for a chooser that throws, or answers what is no partition.
   */
  lineFor(key: Bytes | null, wanted: undefined): PartitionLine
  lineFor(key: Bytes | null, wanted: number | undefined): PartitionLine | undefined
  lineFor(key: Bytes | null, wanted: number | undefined): PartitionLine | undefined {
    const partition = wanted ?? this.#chosen(key)
    // A chooser may answer anything, and '0' would be found too.
    const line = typeof partition === 'number' ? this.#lines[partition] : undefined
    return line ?? this.#newLine(partition, wanted)
  }

  #chosen(key: Bytes | null): number {
    try {
      const given = typeof key !== 'string' || this.#takesText ? key : Buffer.from(key)
      // Whoever says that it takes text has a wider type than is told here.
      return this.#choose(given as Uint8Array | null, this.#partitions)
    } catch (error) {
      throw new ArgumentError(
        'producer option partitioner',
        error,
        `a partitioner that answers for ${this.topic} and does not throw`,
        { cause: error },
      )
    }
  }

  /** What the chooser may know. It is asked when calls are placed, and so after the cluster was looked at. */
  #view(random: Random): TopicView {
    const lines = this.#lines
    return {
      random,
      takenBytes: partition => lines[partition]?.takenBytes ?? 0,
      waitingBytes: partition => lines[partition]?.waitingBytes ?? 0,
      isGathering: partition => lines[partition]?.isGathering ?? false,
      isAvailable: partition => this.#leaderless.size === 0 || !this.#leaderless.has(partition),
    }
  }

  #newLine(partition: unknown, wanted: number | undefined): PartitionLine | undefined {
    if (typeof partition === 'number' && this.has(partition))
      return (this.#lines[partition] = new PartitionLine({ topic: this.topic, partition }, this.#context))
    if (wanted !== undefined) return undefined
    throw new ArgumentError(
      `producer option partitioner, its answer for topic ${this.topic}`,
      partition,
      `one of its partitions, ${this.#partitions[0]} to ${this.#partitions.at(-1)}`,
    )
  }

  #look(cluster: Cluster): void {
    this.#cluster = cluster
    const info = cluster.topics.get(this.topic)
    if (info !== undefined && info === this.#info) return
    this.#info = info
    const partitions = info ? [...info.partitions.keys()].sort((a, b) => a - b) : []
    // A topic that is gone for a moment keeps its partitions until we know better.
    if (partitions.length === 0) return
    this.#partitions = partitions
    this.#leaderless = new Set(partitions.filter(partition => info!.partitions.get(partition)!.leader < 0))
    this.whenLooked?.()
  }
}
