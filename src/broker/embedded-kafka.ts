import { codecs } from '../compression'
import {
  ArgumentError,
  ClosedError,
  milliseconds,
  settle,
  type Clock,
  type OptionsOf,
  type ReceivedMessage,
} from '../kernel'
import { formatAddress, type MemoryNetwork } from '../network'
import { Cluster, type BrokerEndpoint, type Coordinated, type Partition } from './cluster'
import { BrokerConfig } from './configs'
import { configsOf } from './configs-of'
import { teller } from './events'
import { Faults, takeFailure, unmet, type FaultsParts } from './faults'
import { Fleet } from './fleet'
import type { GroupView } from './groups'
import { BrokerHandle, coordinatorPartition, moveLeader, PartitionHandle } from './handles'
import { inMemory } from './in-memory'
import { RequestLog, until } from './inspect'
import { settleOptions, type BrokerSettings, type EmbeddedKafkaOptions, type TopicOptions } from './options'
import { defaultParts, type Parts } from './parts'
import { planTopic } from './plan-topic'
import { profiles } from './profile'
import { ScopedClock } from './scoped-clock'
import { situation } from './situation'
import { viewTransaction, type TransactionView } from './transactions'

const untilOptions = { timeoutMs: milliseconds(5000) }
type UntilOptions = OptionsOf<typeof untilOptions>

/** As `EmbeddedKafka.start`, with other decisions for the brokers to be made of: for tests of tests. */
export let startWith: (options: EmbeddedKafkaOptions, parts: Parts) => Promise<EmbeddedKafka>

/**
 * A Kafka cluster inside this process: the real protocol on TCP of this machine (or on a `MemoryNetwork`), so that any
 * client may connect. Nothing is kept on disk. What it does not implement it leaves out of its ApiVersions answer.
 *
 *     const kafka = await EmbeddedKafka.start({ brokers: 3, topics: { orders: { partitions: 12 } } })
 *     const client = new KafkaClient(kafka.bootstrap)
 */
export class EmbeddedKafka {
  /** What goes wrong, by script. */
  readonly faults: Faults
  /** The last requests that came, to any broker. */
  readonly requests: RequestLog
  readonly #settings: BrokerSettings
  readonly #clock: ScopedClock
  readonly #cluster: Cluster
  readonly #fleet: Fleet
  #closing: Promise<void> | undefined

  /**
   * Starts the brokers; resolves when they and the topics are there. Rejects with an ArgumentError for options that
   * cannot be, and with the system's error for a port that is taken.
   */
  static start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    return startWith(options, defaultParts)
  }

  static {
    startWith = async (options, parts) => {
      const kafka = new EmbeddedKafka(options, parts)
      try {
        await kafka.#start()
      } catch (error) {
        await kafka.close()
        throw error
      }
      return kafka
    }
  }

  private constructor(options: EmbeddedKafkaOptions, parts: Parts | undefined) {
    // JavaScript knows nothing of private constructors.
    if (parts === undefined)
      throw new ArgumentError('EmbeddedKafka', options, 'await EmbeddedKafka.start(options) in place of new')
    const settings = inMemory(settleOptions(options), options)
    const config = BrokerConfig.from(configsOf(settings))
    const tell = teller(settings.onEvent)
    this.#settings = settings
    this.#clock = new ScopedClock(settings.clock)
    const scoped = { ...settings, clock: this.#clock }
    const profile = profiles[settings.versions]
    this.#cluster = new Cluster({ ...profile, ...scoped, codecs, config, rules: parts.rules, tell })
    this.faults = new Faults(faultsParts(settings, parts))
    this.requests = new RequestLog({ requests: settings.recordedRequests, bytes: settings.recordedBytes })
    const { faults, requests } = this
    this.#fleet = new Fleet({ settings: scoped, cluster: this.#cluster, faults, requests, parts, tell })
  }

  /** `host:port,...` of all brokers, as clients take it. */
  get bootstrap(): string {
    return this.brokers.map(formatAddress).join(',')
  }

  get brokers(): readonly BrokerEndpoint[] {
    return [...this.#cluster.nodes.values()].map(node => node.endpoint)
  }

  get clusterId(): string {
    return this.#cluster.id
  }

  /** What a KafkaClient needs besides `bootstrap`: the clock, and in memory the way into the network. */
  get clientOptions(): { readonly clock: Clock } & Partial<Pick<MemoryNetwork, 'dial' | 'lookup'>> {
    const { clock, network } = this.#settings
    return network === undefined ? { clock } : { clock, dial: network.dial, lookup: network.lookup }
  }

  /** One broker by its id. ArgumentError when there is no such. */
  broker(id: number): BrokerHandle {
    return new BrokerHandle(this.#fleet.process(id))
  }

  /** One partition. ArgumentError when there is no such. */
  partition(topic: string, partition = 0): PartitionHandle {
    return this.#handle(this.#partition(topic, partition))
  }

  /** Everything in a topic, one partition after another; with `partition` only that one. */
  messages(topic: string, partition?: number): readonly ReceivedMessage[] {
    const chosen = partition === undefined ? [...this.#partitions(topic).keys()] : [partition]
    return chosen.flatMap(index => this.partition(topic, index).messages)
  }

  /** The topics, internal ones too, and how many partitions each has. */
  get topics(): ReadonlyMap<string, number> {
    return new Map([...this.#cluster.topics].map(({ name, partitions }) => [name, partitions.length]))
  }

  /** A consumer group and what it has committed; undefined when there is none. */
  group(id: string): GroupView | undefined {
    return this.#cluster.groups.inspect(id)
  }

  /** The offset that a group has committed, which is the next it reads; undefined when it has committed none. */
  committed(group: string, topic: string, partition = 0): bigint | undefined {
    const { index } = this.#partition(topic, partition)
    return this.group(group)?.offsets.find(stored => stored.topic === topic && stored.partition === index)
      ?.offset
  }

  /** Every transactional id that is known, and what goes on under it. */
  transactions(): readonly TransactionView[] {
    return this.#cluster.transactions.all().map(viewTransaction)
  }

  /** One transactional id; undefined when there is no such. */
  transaction(transactionalId: string): TransactionView | undefined {
    const transaction = this.#cluster.transactions.get(transactionalId)
    return transaction && viewTransaction(transaction)
  }

  /** How many records of a topic a group has before it, in all partitions: those behind what it has committed. */
  lag(group: string, topic: string): number {
    const committed = this.group(group)?.offsets.filter(offset => offset.topic === topic) ?? []
    return this.#partitions(topic).reduce((sum, { index, log, highWatermark }) => {
      const from = committed.find(({ partition }) => partition === index)?.offset ?? log.startOffset
      const behind = Number(highWatermark - (from > log.startOffset ? from : log.startOffset))
      // What was committed may be beyond a log that was truncated.
      return sum + Math.max(0, behind)
    }, 0)
  }

  /**
   * Resolves once this holds, such as `() => kafka.messages('invoices').length === 3`; a `VirtualClock` is moved on
   * until it does. Rejects with a TimeoutError that names the condition and what there
   * was when time was up, with what the condition throws, with an ArgumentError when it answers anything but true or false, such as a promise, and
   * with what a fault failed with (`SetFault.failure`), once.
   *
   * @param options.timeoutMs default 5,000
   */
  async until(condition: () => boolean, options: UntilOptions = {}): Promise<void> {
    const { timeoutMs } = settle('until', untilOptions, options)
    await until(this.#settings.clock, condition, timeoutMs, {
      check: () => this.#tellFailure(),
      found: () => this.#situation(),
    })
  }

  /** Creates a topic; resolves when every broker that hears news knows it: none that is paused or whose metadata is frozen.
   * ArgumentError when it is there, or cannot be. */
  async createTopic(name: string, options: TopicOptions = {}): Promise<void> {
    this.#checkOpen()
    this.#cluster.createTopic(planTopic(name, options, this.#cluster))
    await this.#fleet.whenKnown()
  }

  /** Deletes a topic; resolves when every broker that hears news knows it is gone. */
  async deleteTopic(name: string): Promise<void> {
    this.#checkOpen()
    this.#cluster.deleteTopic(this.#topic(name))
    await this.#fleet.whenKnown()
  }

  /** Another broker coordinates this group from now on. Default any that may; ArgumentError when there is none. */
  moveCoordinator(group: string, to?: number): void {
    checkKey('moveCoordinator group', group, 'the id of a group')
    this.#moveCoordinator('group', group, to)
  }

  /** The same for a transactional id. What goes on under it goes on under the new coordinator. */
  moveTransactionCoordinator(transactionalId: string, to?: number): void {
    checkKey('moveTransactionCoordinator transactionalId', transactionalId, 'a transactional id')
    this.#moveCoordinator('transaction', transactionalId, to)
  }

  #moveCoordinator(kind: Coordinated, key: string, to: number | undefined): void {
    const partition = coordinatorPartition(this.#cluster, kind, key)
    const owner = kind === 'group' ? 'moveCoordinator' : 'moveTransactionCoordinator'
    moveLeader(this.#cluster, partition, `${owner} of ${key} to`, to)
  }

  /** No producer is known anywhere any more, but for those in the midst of a transaction, as if all were long silent. */
  forgetProducers(): void {
    for (const topic of this.#cluster.topics) for (const { log } of topic.partitions) log.producers.forget()
  }

  /**
   * Ends every connection and frees the ports; the data is gone. Rejects in the end with what a fault failed with, when
   * `until` has not told it.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#fleet.closeAll().finally(() => this.#clock.end())
    this.#tellFailure()
  }

  #situation(): string {
    const groups = this.#cluster.groups.list().map(({ groupId }) => groupId)
    return situation(this, groups, unmet(this.faults))
  }

  #tellFailure(): void {
    const failure = takeFailure(this.faults)
    if (failure !== undefined) throw failure
  }

  async #start(): Promise<void> {
    await this.#fleet.startAll()
    for (const [name, options] of Object.entries(this.#settings.topics))
      this.#cluster.createTopic(planTopic(name, options, this.#cluster))
    this.#cluster.news.publishNow()
  }

  #handle(partition: Partition): PartitionHandle {
    return new PartitionHandle(this.#cluster, partition, { codecs, clock: this.#clock })
  }

  #checkOpen(): void {
    if (this.#fleet.isClosed) throw new ClosedError('the embedded cluster')
  }

  #topic(name: string) {
    const topic = this.#cluster.topics.get(name)
    if (topic) return topic
    throw new ArgumentError('topic', name, `a topic that is there (${[...this.topics.keys()].join(', ')})`)
  }

  #partitions(topic: string): readonly Partition[] {
    return this.#topic(topic).partitions
  }

  #partition(topic: string, index: number): Partition {
    const partitions = this.#partitions(topic)
    // An array takes '0' for 0.
    const partition = typeof index === 'number' ? partitions[index] : undefined
    if (partition) return partition
    throw new ArgumentError(`partition of ${topic}`, index, `a number from 0 to ${partitions.length - 1}`)
  }
}

function checkKey(argument: string, key: unknown, expected: string): void {
  if (typeof key !== 'string' || key === '') throw new ArgumentError(argument, key, expected)
}

function faultsParts({ brokers, random, versions }: BrokerSettings, { handlers }: Parts): FaultsParts {
  const handled = new Set(handlers.map(({ api }) => api.key))
  return {
    random,
    brokers: Array.from({ length: brokers }, (_, i) => i + 1),
    serves: ({ key }) => handled.has(key) && profiles[versions].apis.has(key),
  }
}
