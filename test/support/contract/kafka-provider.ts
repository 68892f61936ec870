import {
  askApiVersions,
  createTopic,
  javaTool,
  kafkaVersion,
  removeTopics,
  startKafka,
  topicIsReady,
  type ApiRanges,
  type KafkaCluster,
  type NewTopic,
  type OwnKafkaCluster,
} from '../kafka'
import { apiKeys, unaskedApis } from './api-keys'
import type { AloneOptions, BrokerControl } from './case'
import type { OwnProvider, Provider } from './provider'

export interface KafkaProviderOptions {
  readonly coreOnly?: boolean
  /** See `Provider`; default none. */
  readonly refusal?: (options: AloneOptions) => string | undefined
  /** What to do when the cases are over. */
  readonly onClose?: () => Promise<void>
  /** The cluster outlives the tests: they leave no topics behind. */
  readonly tidy?: boolean
}

/** Apache Kafka as the broker under test. */
export class KafkaProvider implements Provider {
  readonly cluster: KafkaCluster
  readonly coreOnly: boolean
  readonly #options: KafkaProviderOptions
  readonly #created: string[] = []
  #apis: Promise<ApiRanges> | undefined

  constructor(cluster: KafkaCluster, options: KafkaProviderOptions = {}) {
    this.cluster = cluster
    this.coreOnly = options.coreOnly ?? false
    this.#options = options
  }

  apis(): Promise<ApiRanges> {
    const { version, brokers } = this.cluster
    const unasked = unaskedApis[version]
    this.#apis ??= unasked ? Promise.resolve(unasked) : askApiVersions(brokers[0]!)
    return this.#apis
  }

  refusal(options: AloneOptions): string | undefined {
    return this.#options.refusal?.(options)
  }

  async createTopic(topic: NewTopic): Promise<void> {
    const { brokers } = this.cluster
    const range = (await this.apis()).get(apiKeys.CreateTopics)
    if (range) await createTopic(brokers, topic, range.max)
    else await this.#createByTool(topic)
    this.#created.push(topic.name)
    await topicIsReady(brokers, topic)
  }

  async startOwnCluster(options: AloneOptions): Promise<OwnProvider> {
    const cluster = await startKafka({ ...options, version: kafkaVersion(this.cluster.version) })
    return new OwnKafkaProvider(cluster, { onClose: () => cluster.stopAll() })
  }

  async close(): Promise<void> {
    if (this.#options.tidy && this.#created.length > 0)
      await removeTopics(this.cluster.brokers, this.#created)
    await this.#options.onClose?.()
  }

  /** Before 0.10.1 topics were made in ZooKeeper. */
  async #createByTool({ name, partitions, replication }: NewTopic): Promise<void> {
    const { version, zookeeper } = this.cluster
    if (zookeeper === undefined) {
      throw new Error(`topic ${name}: Kafka ${version} creates topics in a ZooKeeper that is not known here`)
    }
    const counts = ['--partitions', String(partitions), '--replication-factor', String(replication)]
    const args = ['--zookeeper', zookeeper, '--create', '--topic', name, ...counts]
    await javaTool(kafkaVersion(version), 'kafka.admin.TopicCommand', args)
  }
}

class OwnKafkaProvider extends KafkaProvider implements OwnProvider {
  readonly control: BrokerControl

  constructor(cluster: OwnKafkaCluster, options: KafkaProviderOptions) {
    super(cluster, options)
    this.control = cluster
  }
}
