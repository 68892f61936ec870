/** Where clients reach a broker. */
export interface BrokerEndpoint {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionImage {
  readonly index: number
  /** -1 while there is none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Who may lead besides (KIP-966). */
  readonly eligible: readonly number[]
  /** Who led last, where nobody does. */
  readonly lastKnown: readonly number[]
  /** Replicas whose broker is not there. */
  readonly offline: readonly number[]
}

export interface TopicImage {
  readonly name: string
  readonly id: string
  readonly isInternal: boolean
  readonly partitions: readonly PartitionImage[]
}

/** What else there is beside topics. */
export interface BrokersImage {
  readonly controllerId: number
  readonly brokers: ReadonlyMap<number, BrokerEndpoint>
}

/** Topics that are new or other than in the image before; without an image those that are gone, by name. */
export type TopicChanges = ReadonlyMap<string, TopicImage | undefined>

interface TopicMaps {
  readonly byName: ReadonlyMap<string, TopicImage>
  readonly byId: ReadonlyMap<string, TopicImage>
}

/** Images that nobody has looked at are kept as long as one after them needs them. */
const mostUnseen = 1000

/**
 * The cluster at one moment, as the controller publishes it and a broker tells it to clients. Never changed. Until
 * somebody looks at its topics it is no more than what has changed since the image before it.
 */
export class ClusterImage implements BrokersImage {
  static readonly empty = new ClusterImage({ controllerId: -1, brokers: new Map() })

  /** Grows by one with each publication. */
  readonly version: number
  readonly controllerId: number
  readonly brokers: ReadonlyMap<number, BrokerEndpoint>
  #maps: TopicMaps | undefined
  /** How many images before this one its topics are made from. */
  readonly #depth: number
  /** Not needed any more once the topics are known. */
  #since: { readonly before: ClusterImage; readonly changes: TopicChanges } | undefined

  private constructor(
    { controllerId, brokers }: BrokersImage,
    since?: { readonly before: ClusterImage; readonly changes: TopicChanges },
  ) {
    this.version = since === undefined ? 0 : since.before.version + 1
    this.controllerId = controllerId
    this.brokers = brokers
    this.#since = since
    this.#depth = since === undefined || since.before.#maps !== undefined ? 0 : since.before.#depth + 1
  }

  get topics(): ReadonlyMap<string, TopicImage> {
    return this.#topicMaps().byName
  }

  get topicsById(): ReadonlyMap<string, TopicImage> {
    return this.#topicMaps().byId
  }

  /** The image that follows this one. */
  next(brokers: BrokersImage, changes: TopicChanges): ClusterImage {
    if (this.#depth === mostUnseen) this.#topicMaps()
    return new ClusterImage(brokers, { before: this, changes })
  }

  #topicMaps(): TopicMaps {
    this.#maps ??= this.#makeMaps()
    this.#since = undefined
    return this.#maps
  }

  /** From the last image that somebody has looked at. */
  #makeMaps(): TopicMaps {
    const changes: TopicChanges[] = []
    let known: TopicMaps | undefined
    for (let since = this.#since; since && !known; since = since.before.#since) {
      changes.push(since.changes)
      known = since.before.#maps
    }
    const byName = new Map(known?.byName)
    for (const changed of changes.reverse())
      for (const [name, topic] of changed) {
        if (topic) byName.set(name, topic)
        else byName.delete(name)
      }
    return { byName, byId: new Map([...byName.values()].map(topic => [topic.id, topic])) }
  }
}
