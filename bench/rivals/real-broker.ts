import { setTimeout as wait } from 'node:timers/promises'
import { KafkaClient } from '../../src'
import { createTopic, newestRelease, startKafka, topicIsReady } from '../../test/support/kafka'

const usualPartitions = 12

/** One node of the newest Kafka, for measurements: its logs are kept short, its JVM is as Kafka's own scripts start it. */
export class RealBroker {
  readonly bootstrap: string
  readonly #client: KafkaClient
  readonly #cluster: Awaited<ReturnType<typeof startKafka>>
  /** How many partitions topics have. */
  readonly #topics = new Map<string, number>()

  private constructor(cluster: Awaited<ReturnType<typeof startKafka>>) {
    this.#cluster = cluster
    this.bootstrap = cluster.bootstrap
    this.#client = new KafkaClient(cluster.bootstrap)
  }

  /** @param options.retentionBytes what is kept of a partition, about; default 128 MiB */
  static async start({ retentionBytes = segmentBytes } = {}): Promise<RealBroker> {
    const kept = { ...config, 'log.retention.bytes': retentionBytes }
    return new RealBroker(
      await startKafka({ version: newestRelease, brokers: 1, config: kept, lasting: true }),
    )
  }

  get version(): string {
    return this.#cluster.version
  }

  async createTopic(name: string, partitions = usualPartitions): Promise<void> {
    this.#topics.set(name, partitions)
    const topic = { name, partitions, replication: 1 }
    await createTopic(this.#cluster.brokers, topic, 2)
    await topicIsReady(this.#cluster.brokers, topic)
  }

  /** Messages ever written to the topic: the sum of its log end offsets, once they stand still. */
  async messagesIn(topic: string): Promise<number> {
    for (let last = -1; ; await wait(50)) {
      const now = (await this.endOffsets(topic)).reduce((sum, end) => sum + end, 0)
      if (now === last) return now
      last = now
    }
  }

  /** By partition. */
  async endOffsets(topic: string): Promise<number[]> {
    const ends = await this.#client.sendOffsetRequest(this.#allOf(topic))
    return ends.map(({ offset }) => Number(offset))
  }

  /** By partition, what the group has stored; -1: nothing. */
  async committedOffsets(group: string, topic: string): Promise<number[]> {
    const offsets = await this.#client.sendOffsetFetchRequest(group, this.#allOf(topic))
    return offsets.map(({ offset }) => Number(offset))
  }

  #allOf(topic: string) {
    return Array.from({ length: this.#topics.get(topic) ?? 0 }, (_, partition) => ({ topic, partition }))
  }

  async stop(): Promise<void> {
    await this.#client.close()
    await this.#cluster.stopAll()
  }
}

const segmentBytes = 128 * 1024 * 1024

/** Retention keeps the disk from filling; end offsets stay what they are. */
const config = {
  'log.segment.bytes': segmentBytes,
  'log.retention.check.interval.ms': 5000,
  'log.segment.delete.delay.ms': 1000,
  'log.index.size.max.bytes': 10_485_760,
}
