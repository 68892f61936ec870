import type { Clock, CodecLookup, Random } from '../../kernel'
import { TopicConfig, type BrokerConfig, type ConfigMap } from '../configs'
import { GroupCoordinator } from '../groups'
import { PartitionLog } from '../log'
import type { BrokerEvent } from '../events'
import { assignReplicas } from './assignment'
import { BrokerNode } from './broker-node'
import { coordinatorTopics, Coordinators, isInternalTopic, type Coordinated } from './coordinators'
import { groupSettings } from './group-settings'
import { emptyImage, type BrokerEndpoint, type ClusterImage, type TopicImage } from './image'
import type { Leadership } from './leadership'
import { Partition } from './partition'
import { ProducerIds } from './producer-ids'
import { replicasDuring } from './reassignment'
import { Retention } from './retention'
import type { Rules } from './rules'
import { Topic } from './topic'
import { Topics } from './topics'
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
  readonly producerIds: ProducerIds
  readonly retention: Retention
  readonly #setup: ClusterSetup
  #image = emptyImage
  #nextStart = 0

  constructor(setup: ClusterSetup) {
    this.#setup = setup
    this.config = setup.config
    this.id = newUuid(setup.random)
    this.retention = new Retention({
      limitBytes: setup.retentionBytes,
      partitions: () => [...this.topics].flatMap(({ partitions }) => partitions),
      onDropped: ({ topic, index, log }) =>
        setup.tell({
          type: 'records-dropped',
          topic: topic.name,
          partition: index,
          logStartOffset: log.startOffset,
        }),
    })
    this.producerIds = new ProducerIds(setup.clock, setup.metadataLagMs)
    this.groups = new GroupCoordinator({
      clock: setup.clock,
      random: setup.random,
      settings: groupSettings(setup.config),
      rules: setup.rules.groupRules,
    })
  }

  /** The newest image, which brokers may not know yet. */
  get image(): ClusterImage {
    return this.#image
  }

  get aliveBrokers(): readonly number[] {
    return [...this.nodes.values()].filter(node => node.isRegistered).map(node => node.id)
  }

  addBroker(endpoint: BrokerEndpoint): BrokerNode {
    const node = new BrokerNode(endpoint)
    this.nodes.set(node.id, node)
    return node
  }

  /** What is set for all brokers while they run is this from now on. Topics follow where they inherit. */
  alterConfig(forAll: ConfigMap): void {
    this.config = this.config.changed(forAll, this.config.forOne)
    for (const topic of this.topics) topic.config = topic.config.on(this.config)
  }

  /** A topic's config with these settings of its own. */
  topicConfig(overrides: Readonly<Record<string, string>> = {}): TopicConfig {
    return new TopicConfig(new Map(Object.entries(overrides)), this.config)
  }

  /**
   * Replicas that the controller chooses for new partitions, of the living brokers first; undefined when there are not
   * so many brokers at all.
   */
  place(wanted: { first: number; partitions: number; replication: number }): number[][] | undefined {
    if (wanted.replication > this.nodes.size) return undefined
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
    this.#elect(topic.partitions)
    this.publish()
  }

  deleteTopic(topic: Topic): void {
    this.topics.remove(topic)
    this.groups.forgetTopic(topic.name)
    for (const partition of topic.partitions) partition.changed()
    this.publish()
  }

  /** Creates the topic that coordinators of this kind work from, once. */
  needCoordinators(kind: Coordinated): void {
    const name = coordinatorTopics[kind]
    if (this.topics.get(name)) return
    const brokers = this.aliveBrokers
    const partitions = this.config.int(
      kind === 'group' ? 'offsets.topic.num.partitions' : 'transaction.state.log.num.partitions',
    )
    const replication = Math.min(brokers.length, 3)
    const assignments = assignReplicas(brokers, { first: 0, partitions, replication })
    this.createTopic({ name, assignments, config: this.topicConfig({ 'cleanup.policy': 'compact' }) })
  }

  /** The controller finds that a broker has gone; what it led gets other leaders. */
  brokerLeft(node: BrokerNode): void {
    node.isRegistered = false
    this.#electAll()
  }

  brokerCame(node: BrokerNode): void {
    node.isRegistered = true
    for (const topic of this.topics) for (const partition of topic.partitions) this.#move(partition)
    this.#electAll()
    node.learn(this.#image)
  }

  /** A new leader in a new epoch, though the old one lives; or the same one, in a new epoch. */
  moveLeader(partition: Partition, to: number, isr = partition.isr): void {
    this.#elected(partition, { leader: to, isr })
    this.publish()
  }

  /** Moves a partition to these brokers, which takes no time, but waits for those that are down. */
  reassign(partition: Partition, to: readonly number[]): void {
    partition.moving = { from: partition.moving?.from ?? partition.replicas, to }
    this.#move(partition)
    this.publish()
  }

  /** A partition that was to move stays where it was. */
  cancelReassignment(partition: Partition): void {
    const { from } = partition.moving!
    this.reassign(partition, from)
  }

  /** Ends the move when it can end; with logs shared there is nothing to copy. */
  #move(partition: Partition): void {
    const { moving } = partition
    if (moving === undefined) return
    const isDone = moving.to.every(id => this.#isAlive(id))
    partition.replicas = isDone ? moving.to : replicasDuring(moving)
    if (isDone) partition.moving = undefined
    partition.isr = partition.replicas.filter(id => this.#isAlive(id))
    this.#elect([partition])
  }

  /** Which broker leads the first partition of the next topic: they take turns. */
  nextStart(): number {
    return this.#nextStart++
  }

  /** Tells every broker, after the lag. */
  publish(): void {
    const { clock, metadataLagMs } = this.#setup
    const image = this.#takeImage()
    this.#image = image
    if (metadataLagMs === 0) this.#spread(image)
    else clock.after(metadataLagMs, () => this.#spread(image))
  }

  /** Tells every broker at once. */
  publishNow(): void {
    this.#image = this.#takeImage()
    this.#spread(this.#image)
  }

  /** Resolves when every broker has heard what is true now. */
  whenKnown(): Promise<void> {
    const { clock, metadataLagMs } = this.#setup
    if (metadataLagMs === 0) return Promise.resolve()
    return new Promise(resolve => void clock.after(metadataLagMs, resolve))
  }

  /** Ends what waits: groups and their timers. */
  close(): void {
    this.groups.stop()
  }

  #spread(image: ClusterImage): void {
    for (const node of this.nodes.values()) if (node.isUp) node.learn(image)
  }

  #newPartition(topic: Topic, replicas: readonly number[]): Partition {
    const index = topic.partitions.length
    const { codecs, rules } = this.#setup
    const where = { topic: topic.name, partition: index }
    const log = new PartitionLog(where, () => topic.settings, codecs, rules.logRules)
    return new Partition(topic, index, { replicas, alive: this.aliveBrokers, log })
  }

  #electAll(): void {
    for (const topic of this.topics) this.#elect(topic.partitions)
    this.publish()
  }

  #elect(partitions: readonly Partition[]): void {
    const isAlive = (id: number): boolean => this.#isAlive(id)
    for (const partition of partitions)
      this.#lead(partition, this.#setup.rules.electLeader(partition, isAlive))
  }

  #isAlive(broker: number): boolean {
    return this.nodes.get(broker)?.isRegistered ?? false
  }

  #lead(partition: Partition, to: Leadership): void {
    if (to.leader === partition.leader) partition.isr = to.isr
    else this.#elected(partition, to)
  }

  #elected(partition: Partition, { leader, isr }: Leadership): void {
    partition.elect(leader, isr)
    this.#setup.tell({
      type: 'leader-moved',
      topic: partition.topic.name,
      partition: partition.index,
      leader,
    })
    this.#setup.rules.onElected(partition)
    if (partition.topic.name === coordinatorTopics.group) this.#resignGroups(partition)
  }

  /** The groups of this partition go on under their new coordinator. */
  #resignGroups(partition: Partition): void {
    this.groups.resign(group => this.coordinators.partitionFor('group', group) === partition)
  }

  #takeImage(): ClusterImage {
    const living = [...this.nodes.values()].filter(node => node.isRegistered)
    const topics = [...this.topics].map(topic => this.#imageOf(topic))
    return {
      version: this.#image.version + 1,
      controllerId: living[0]?.id ?? -1,
      brokers: new Map(living.map(node => [node.id, node.endpoint])),
      topics: new Map(topics.map(topic => [topic.name, topic])),
      topicsById: new Map(topics.map(topic => [topic.id, topic])),
    }
  }

  #imageOf({ name, id, isInternal, partitions }: Topic): TopicImage {
    const isUp = (broker: number): boolean => this.#isAlive(broker)
    return { name, id, isInternal, partitions: partitions.map(partition => partition.image(isUp)) }
  }
}
