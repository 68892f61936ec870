import type { Clock, CodecLookup, Random } from '../../kernel'
import { TopicConfig, type BrokerConfig, type ConfigMap } from '../configs'
import { GroupCoordinator } from '../groups'
import { PartitionLog } from '../log'
import { TransactionCoordinator } from '../transactions'
import type { BrokerEvent } from '../events'
import { assignReplicas } from './assignment'
import { Balancer } from './balancer'
import { BrokerNode } from './broker-node'
import { coordinatorTopic } from './coordinator-topic'
import { coordinatorTopics, Coordinators, isInternalTopic, type Coordinated } from './coordinators'
import { Elections } from './elections'
import { GroupMoves } from './group-moves'
import { groupSettings } from './group-settings'
import type { BrokerEndpoint } from './image'
import { Partition } from './partition'
import { ProducerExpiry } from './producer-expiry'
import { ProducerIds } from './producer-ids'
import { Publisher } from './publisher'
import { Retention } from './retention'
import type { Rules } from './rules'
import { Topic } from './topic'
import { topicSettings, type TopicSettings } from './topic-settings'
import { Topics } from './topics'
import { transactionSettings } from './transaction-settings'
import { TransactionSurroundings } from './transaction-surroundings'
import { newUuid } from './uuid'

export interface ClusterSetup {
  readonly clock: Clock
  readonly random: Random
  readonly codecs: CodecLookup
  readonly config: BrokerConfig
  readonly rules: Rules
  /** How long news of topics and leaders takes to a broker, in ms. */
  readonly metadataLagMs: number
  readonly tell: (event: BrokerEvent) => void
  /** How long the markers of a transaction's end take, in ms. */
  readonly transactionMarkerDelayMs: number
  /** Whether transactions have an epoch each (KIP-890): `transaction.version` 2. */
  readonly bumpsEpochs: boolean
  /** Whether there are eligible leader replicas (KIP-966): `eligible.leader.replicas.version` 1. */
  readonly hasEligibleLeaders: boolean
  /** What all logs together may hold, in bytes; undefined: anything. */
  readonly retentionBytes: number | undefined
}

/** A topic to be made: replicas for each of its partitions, the preferred leader first. */
export interface TopicPlan {
  readonly name: string
  readonly assignments: readonly (readonly number[])[]
  readonly config: TopicConfig
}

/** What is true in the cluster. Every broker learns of it a moment later. */
export class Cluster {
  readonly id: string
  /** Of every broker; replaced when it is altered. */
  config: BrokerConfig
  readonly topics = new Topics()
  readonly nodes = new Map<number, BrokerNode>()
  /** What groups have set themselves. */
  readonly groupConfigs = new Map<string, ConfigMap>()
  readonly coordinators = new Coordinators(this.topics)
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  /** Where transactions come to their partitions. */
  readonly markers: TransactionSurroundings
  readonly producerExpiry: ProducerExpiry
  readonly producerIds: ProducerIds
  readonly retention: Retention
  /** Tells the brokers. */
  readonly news: Publisher
  readonly #elections: Elections
  readonly #setup: ClusterSetup
  readonly #balancer: Balancer
  readonly #groupMoves: GroupMoves
  #nextStart = 0

  constructor(setup: ClusterSetup) {
    this.#setup = setup
    this.config = setup.config
    this.id = newUuid(setup.random)
    this.news = new Publisher(setup.clock, setup.metadataLagMs, this.topics, this.nodes)
    this.#elections = new Elections({
      rules: setup.rules,
      nodes: this.nodes,
      onElected: partition => this.#onElected(partition),
    })
    this.retention = new Retention({
      limitBytes: setup.retentionBytes,
      partitions: () => this.#allPartitions(),
      onDropped: partition => this.#onDropped(partition),
    })
    this.producerIds = new ProducerIds(this.id, setup.clock, setup.metadataLagMs)
    this.groups = new GroupCoordinator({
      clock: setup.clock,
      random: setup.random,
      settings: groupSettings(setup.config),
      rules: setup.rules.groupRules,
    })
    const { clock, metadataLagMs: loadMs } = setup
    this.markers = new TransactionSurroundings(this, clock)
    this.transactions = this.#newTransactions(setup)
    this.producerExpiry = new ProducerExpiry({
      clock,
      expirationMs: () => this.config.int('producer.id.expiration.ms'),
      logs: () => this.#allPartitions().map(({ log }) => log),
    })
    this.#groupMoves = new GroupMoves({ clock, loadMs, groups: this.groups, coordinators: this.coordinators })
    this.#balancer = new Balancer({
      clock,
      intervalMs: () => Number(this.config.long('leader.imbalance.check.interval.seconds')) * 1000,
      balance: () => this.#preferFirst(),
    })
  }

  get aliveBrokers(): readonly number[] {
    return [...this.nodes.values()].filter(node => node.isRegistered).map(node => node.id)
  }

  /** @param listenHost where it listens, which need not be what clients are told */
  addBroker(endpoint: BrokerEndpoint, listenHost: string): BrokerNode {
    const node = new BrokerNode(endpoint, listenHost)
    this.nodes.set(node.id, node)
    return node
  }

  /** What is set for all brokers while they run is this from now on. Topics follow where they inherit. */
  alterConfig(forAll: ConfigMap): void {
    this.config = this.config.changed(forAll, this.config.forOne)
    this.#alter([...this.topics], topic => topic.config.on(this.config))
  }

  /** These are the settings of the topic itself from now on. */
  alterTopic(topic: Topic, overrides: Readonly<Record<string, string>>): void {
    this.#alter([topic], () => this.topicConfig(overrides))
  }

  /** A topic's config with these settings of its own. */
  topicConfig(overrides: Readonly<Record<string, string>> = {}): TopicConfig {
    return new TopicConfig(new Map(Object.entries(overrides)), this.config)
  }

  /**
   * Replicas that the controller chooses for new partitions, of the living brokers first; undefined when there are not
   * so many brokers at all, or none lives: nobody could lead.
   */
  place(wanted: { first: number; partitions: number; replication: number }): number[][] | undefined {
    if (wanted.replication > this.nodes.size || this.aliveBrokers.length === 0) return undefined
    const spare = [...this.nodes.values()].filter(node => !node.isRegistered).map(node => node.id)
    return assignReplicas(this.aliveBrokers, { ...wanted, spare })
  }

  /** A new id for a topic. */
  newTopicId(): string {
    return newUuid(this.#setup.random)
  }

  /** A topic of this name must not exist. */
  createTopic({ name, assignments, config }: TopicPlan): Topic {
    const topic = new Topic({
      name,
      id: this.newTopicId(),
      isInternal: isInternalTopic(name),
      config,
    })
    this.topics.add(topic)
    this.addPartitions(topic, assignments)
    return topic
  }

  addPartitions(topic: Topic, assignments: readonly (readonly number[])[]): void {
    for (const replicas of assignments) topic.partitions.push(this.#newPartition(topic, replicas))
    this.#elections.hold(topic.partitions)
    this.news.publish([topic.name])
  }

  deleteTopic(topic: Topic): void {
    this.topics.remove(topic)
    this.groups.forgetTopic(topic.name)
    for (const partition of topic.partitions) partition.changed()
    this.news.publish([topic.name])
  }

  /** Creates the topic that coordinators of this kind work from, once; with fewer brokers than replicas it cannot be. */
  needCoordinators(kind: Coordinated): void {
    const name = coordinatorTopics[kind]
    if (this.topics.get(name)) return
    const { partitions, replication, configs } = coordinatorTopic(kind, this.config)
    const assignments = this.place({ first: this.nextStart(), partitions, replication })
    if (assignments !== undefined) this.createTopic({ name, assignments, config: this.topicConfig(configs) })
  }

  /** The controller finds that a broker has gone; what it led gets other leaders. */
  brokerLeft(node: BrokerNode): void {
    node.isRegistered = false
    this.#elections.hold(this.#allPartitions())
    this.news.publish()
  }

  brokerCame(node: BrokerNode): void {
    node.isRegistered = true
    this.#elections.settleMoves(this.#allPartitions())
    this.#elections.hold(this.#allPartitions())
    this.news.publish()
    node.learn(this.news.image)
    if (this.config.flag('auto.leader.rebalance.enable')) this.#balancer.balanceLater()
  }

  /** A new leader in a new epoch, though the old one lives; or the same one, in a new epoch. */
  moveLeader(partition: Partition, to: number, isr = partition.isr): void {
    this.#elections.elect(partition, { leader: to, isr })
    this.news.publish([partition.topic.name])
  }

  /** Moves a partition to these brokers, which takes no time, but waits for those that are down. */
  reassign(partition: Partition, to: readonly number[]): void {
    this.#elections.reassign(partition, to)
    this.news.publish([partition.topic.name])
  }

  /** A partition that was to move stays where it was. */
  cancelReassignment(partition: Partition): void {
    this.reassign(partition, partition.moving!.from)
  }

  /** Which broker leads the first partition of the next topic: they take turns. */
  nextStart(): number {
    return this.#nextStart++
  }

  #alter(topics: readonly Topic[], configOf: (topic: Topic) => TopicConfig): void {
    const altered = topics.filter(topic => {
      const { minInsyncReplicas } = topic.settings
      topic.config = configOf(topic)
      return topic.settings.minInsyncReplicas !== minInsyncReplicas
    })
    if (altered.length === 0) return
    for (const { partitions } of altered) for (const partition of partitions) partition.minInSyncAltered()
    this.news.publish(altered.map(({ name }) => name))
  }

  #newTransactions({ clock, rules, transactionMarkerDelayMs: markerDelayMs, bumpsEpochs }: ClusterSetup) {
    return new TransactionCoordinator({
      clock,
      settings: () => transactionSettings(this.config, { markerDelayMs, bumpsEpochs }),
      rules: rules.transactionRules,
      around: this.markers,
    })
  }

  #newPartition(topic: Topic, replicas: readonly number[]): Partition {
    const index = topic.partitions.length
    const { codecs, rules, hasEligibleLeaders } = this.#setup
    const where = { topic: topic.name, partition: index }
    const settings = (): TopicSettings => this.#settingsOf(topic, partition.leader)
    const log = new PartitionLog(where, settings, codecs, rules.logRules)
    const alive = this.aliveBrokers
    const setup = { replicas, alive, settings, log, hasEligibleLeaders }
    const partition: Partition = new Partition(topic, index, setup)
    return partition
  }

  /** A leader may have been altered alone. */
  #settingsOf(topic: Topic, leader: number): TopicSettings {
    const node = this.nodes.get(leader)
    if (node === undefined || node.changes.size === 0) return topic.settings
    return topicSettings(topic.config.on(node.configFrom(this.config)))
  }

  #preferFirst(): void {
    this.#elections.preferFirst(this.#allPartitions())
    this.news.publish()
  }

  #allPartitions(): readonly Partition[] {
    return [...this.topics].flatMap(({ partitions }) => partitions)
  }

  #onElected(partition: Partition): void {
    const { name } = partition.topic
    const { tell } = this.#setup
    tell({ type: 'leader-moved', topic: name, partition: partition.index, leader: partition.leader })
    if (name === coordinatorTopics.group) this.#groupMoves.move(partition)
    if (name === coordinatorTopics.transaction) this.#groupMoves.load(partition)
  }

  #onDropped({ topic, index, log }: Partition): void {
    const { tell } = this.#setup
    tell({ type: 'records-dropped', topic: topic.name, partition: index, logStartOffset: log.startOffset })
  }
}
