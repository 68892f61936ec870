import { setTimeout as wait } from 'node:timers/promises'
import { KafkaClient } from '../../src'
import { createTopic, newestRelease, startKafka, topicIsReady } from '../../test/support/kafka'

const partitions = 12

/** One node of the newest Kafka, for measurements: its logs are kept short, its JVM is as Kafka's own scripts start it. */
export class RealBroker {
  readonly bootstrap: string
  readonly #client: KafkaClient
  readonly #cluster: Awaited<ReturnType<typeof startKafka>>

  private constructor(cluster: Awaited<ReturnType<typeof startKafka>>) {
    this.#cluster = cluster
    this.bootstrap = cluster.bootstrap
    this.#client = new KafkaClient(cluster.bootstrap)
  }

  static async start(): Promise<RealBroker> {
    return new RealBroker(await startKafka({ version: newestRelease, brokers: 1, config, lasting: true }))
  }

  get version(): string {
    return this.#cluster.version
  }

  async createTopic(name: string): Promise<void> {
    const topic = { name, partitions, replication: 1 }
    await createTopic(this.#cluster.brokers, topic, 2)
    await topicIsReady(this.#cluster.brokers, topic)
  }

  /** Messages ever written to the topic: the sum of its log end offsets, once they stand still. */
  async messagesIn(topic: string): Promise<number> {
    for (let last = -1; ; await wait(50)) {
      const now = await this.#endOffsets(topic)
      if (now === last) return now
      last = now
    }
  }

  async #endOffsets(topic: string): Promise<number> {
    const payloads = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const ends = await this.#client.sendOffsetRequest(payloads)
    return ends.reduce((sum, { offset }) => sum + Number(offset), 0)
  }

  async stop(): Promise<void> {
    await this.#client.close()
    await this.#cluster.stopAll()
  }
}

/** Retention keeps the disk from filling; end offsets stay what they are. */
const config = {
  'log.segment.bytes': 128 * 1024 * 1024,
  'log.retention.bytes': 128 * 1024 * 1024,
  'log.retention.check.interval.ms': 5000,
  'log.segment.delete.delay.ms': 1000,
  'log.index.size.max.bytes': 10_485_760,
}
