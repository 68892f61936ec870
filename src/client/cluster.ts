import { byTopic } from '../kernel'
import { errorCode, type MetadataResponse } from '../protocol'

/** A broker as the cluster advertises it. */
export interface BrokerNode {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionInfo {
  readonly partition: number
  /** Node id of the leader; -1 while there is none. */
  readonly leader: number
  /** -1 from brokers that know no epochs (before 2.1). */
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offlineReplicas: readonly number[]
}

export interface TopicInfo {
  readonly name: string
  /** undefined from brokers that know no topic ids (before 2.8). */
  readonly id: string | undefined
  readonly isInternal: boolean
  readonly partitions: ReadonlyMap<number, PartitionInfo>
}

/** Who leads a partition, as an error answer tells it (KIP-951). */
export interface LeaderHint {
  readonly topic: string
  readonly partition: number
  readonly leaderId: number
  readonly leaderEpoch: number
}

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA'

/**
 * What is known of the cluster, at one moment. Never changes: news makes a new snapshot. News that is older
 * than what is known (by leader epoch) is ignored, so that a broker that lags behind cannot turn us back.
 */
export class Cluster {
  static readonly empty = new Cluster(null, -1, new Map(), new Map(), new Map())

  readonly id: string | null
  readonly controllerId: number
  readonly brokers: ReadonlyMap<number, BrokerNode>
  readonly topics: ReadonlyMap<string, TopicInfo>
  /** The last error code of a topic that metadata could not describe. */
  readonly topicErrors: ReadonlyMap<string, number>
  readonly #names = new Map<string, string>()

  private constructor(
    id: string | null,
    controllerId: number,
    brokers: ReadonlyMap<number, BrokerNode>,
    topics: ReadonlyMap<string, TopicInfo>,
    topicErrors: ReadonlyMap<string, number>,
  ) {
    this.id = id
    this.controllerId = controllerId
    this.brokers = brokers
    this.topics = topics
    this.topicErrors = topicErrors
    for (const topic of topics.values()) if (topic.id !== undefined) this.#names.set(topic.id, topic.name)
  }

  partition(topic: string, partition: number): PartitionInfo | undefined {
    return this.topics.get(topic)?.partitions.get(partition)
  }

  topicName(id: string): string | undefined {
    return this.#names.get(id)
  }

  /** The snapshot after a Metadata answer. An answer about all topics also tells which ones are gone. */
  withMetadata(response: MetadataResponse, { allTopics }: { allTopics: boolean }): Cluster {
    const topics = new Map(allTopics ? [] : this.topics)
    const topicErrors = new Map(allTopics ? [] : this.topicErrors)
    for (const told of response.topics) {
      const name = told.name ?? this.topicName(told.topicId)
      if (name === undefined) continue
      if (told.errorCode === 0) topicErrors.delete(name)
      else topicErrors.set(name, told.errorCode)
      if (told.errorCode === 0) topics.set(name, mergeTopic(this.topics.get(name), { ...told, name }))
      else if (isGone(told.errorCode)) topics.delete(name)
    }
    const brokers = new Map(
      response.brokers.map(({ nodeId, host, port, rack }) => [nodeId, { id: nodeId, host, port, rack }]),
    )
    return new Cluster(response.clusterId ?? this.id, response.controllerId, brokers, topics, topicErrors)
  }

  /** The snapshot after an error answer named new leaders. An older epoch than the known one changes nothing. */
  withLeaders(hints: readonly LeaderHint[], brokers: readonly BrokerNode[] = []): Cluster {
    const nodes = new Map([...this.brokers, ...brokers.map(broker => [broker.id, broker] as const)])
    const news = hints.filter(({ topic, partition, leaderId, leaderEpoch }) => {
      const known = this.partition(topic, partition)
      return known !== undefined && nodes.has(leaderId) && leaderEpoch > known.leaderEpoch
    })
    if (news.length === 0) return this
    const topics = new Map(this.topics)
    for (const [name, list] of byTopic(news)) {
      const topic = this.topics.get(name)!
      const partitions = new Map(topic.partitions)
      for (const { partition, leaderId: leader, leaderEpoch } of list)
        partitions.set(partition, { ...partitions.get(partition)!, leader, leaderEpoch })
      topics.set(name, { ...topic, partitions })
    }
    return new Cluster(this.id, this.controllerId, nodes, topics, this.topicErrors)
  }

  /** The snapshot without brokers, before the bootstrap hosts are asked anew (KIP-899). */
  withoutBrokers(): Cluster {
    return new Cluster(this.id, -1, new Map(), this.topics, this.topicErrors)
  }
}

type ToldTopic = MetadataResponse['topics'][number] & { readonly name: string }

function mergeTopic(known: TopicInfo | undefined, told: ToldTopic): TopicInfo {
  const id = told.topicId === zeroId ? undefined : told.topicId
  const isSame = known !== undefined && (id === undefined || known.id === undefined || known.id === id)
  const partitions = new Map<number, PartitionInfo>()
  for (const entry of told.partitions) {
    const before = isSame ? known.partitions.get(entry.partitionIndex) : undefined
    const isOlder = before !== undefined && entry.leaderEpoch >= 0 && entry.leaderEpoch < before.leaderEpoch
    partitions.set(entry.partitionIndex, isOlder ? before : partitionInfo(entry))
  }
  return {
    name: told.name,
    id: id ?? (isSame ? known.id : undefined),
    isInternal: told.isInternal,
    partitions,
  }
}

function partitionInfo(entry: ToldTopic['partitions'][number]): PartitionInfo {
  return {
    partition: entry.partitionIndex,
    leader: entry.leaderId,
    leaderEpoch: entry.leaderEpoch,
    replicas: entry.replicaNodes,
    isr: entry.isrNodes,
    offlineReplicas: entry.offlineReplicas,
  }
}

const unknownTopicOrPartition = errorCode('UNKNOWN_TOPIC_OR_PARTITION')
const unknownTopicId = errorCode('UNKNOWN_TOPIC_ID')

function isGone(code: number): boolean {
  return code === unknownTopicOrPartition || code === unknownTopicId
}
