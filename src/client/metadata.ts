import { KafkaError, type Clock } from '../kernel'
import type { MetadataResponse } from '../protocol'
import { Cluster, type BrokerNode, type LeaderHint, type TopicInfo } from './cluster'
import { within, type Call } from './call'
import type { Emit } from './event'

interface MetadataContext {
  readonly clock: Clock
  readonly maxAgeMs: number
  readonly emit: Emit
  /** Asks any broker, retrying; the answer may come from a bootstrap host. */
  readonly ask: (topics: readonly string[] | null) => Promise<MetadataResponse>
  /** Told of each new snapshot before anybody else. */
  readonly changed: (cluster: Cluster) => void
}

/** A question on its way or about to be asked; null: about all topics. */
interface Loading {
  topics: Set<string> | null
  readonly done: Promise<Cluster>
}

/**
 * Keeps the snapshot of the cluster. Refreshes are single-flight: who asks while one is under way gets the next
 * one, together with all others who asked meanwhile.
 */
export class Metadata {
  cluster = Cluster.empty
  /** What the last question for metadata failed with; undefined when it was answered. */
  failure: KafkaError | undefined
  readonly #context: MetadataContext
  readonly #refreshedAt = new Map<string, number>()
  /** The last id of each topic, also of one that was gone for a while. */
  readonly #ids = new Map<string, string>()
  #running: Loading | undefined
  #next: Loading | undefined

  constructor(context: MetadataContext) {
    this.#context = context
  }

  /** The snapshot once it knows these topics, or an error code for them, not older than the maximum age. */
  async of(topics: readonly string[]): Promise<Cluster> {
    const unknown = topics.filter(topic => !this.#isKnown(topic))
    if (unknown.length > 0) return this.#joined(unknown) ?? this.refresh(unknown)
    const old = topics.filter(topic => this.#age(topic) > this.#context.maxAgeMs)
    if (old.length > 0 && !this.#joined(old)) this.refresh(old).catch(ignored)
    return this.cluster
  }

  /** What `of` or `refresh` answers, as long as the call lasts; if it ends first, the error says what stood in the way. */
  within<T>(call: Call, asked: Promise<T>): Promise<T> {
    return within(call, asked, () => this.failure)
  }

  /** The snapshot after asking anew; null: about all topics. */
  refresh(topics: readonly string[] | null): Promise<Cluster> {
    const next = (this.#next ??= this.#schedule())
    if (topics === null) next.topics = null
    else for (const topic of topics) next.topics?.add(topic)
    return next.done
  }

  /** An error answer named new leaders (KIP-951). */
  learnLeaders(hints: readonly LeaderHint[], brokers: readonly BrokerNode[] = []): void {
    this.#become(this.cluster.withLeaders(hints, brokers))
  }

  forgetBrokers(): void {
    this.cluster = this.cluster.withoutBrokers()
  }

  #isKnown(topic: string): boolean {
    return this.cluster.topics.has(topic) && !this.cluster.topicErrors.has(topic)
  }

  #age(topic: string): number {
    return this.#context.clock.monotonic() - (this.#refreshedAt.get(topic) ?? -Infinity)
  }

  /** The outcome of a question about these topics that is being asked anyway. */
  #joined(topics: readonly string[]): Promise<Cluster> | undefined {
    const asked = [this.#running, this.#next].find(
      loading => loading && topics.every(topic => loading.topics?.has(topic) ?? true),
    )
    return asked?.done
  }

  #schedule(): Loading {
    const before = this.#running?.done ?? Promise.resolve()
    const next: Loading = {
      topics: new Set(),
      done: before.then(nothing, nothing).then(() => this.#begin(next)),
    }
    return next
  }

  async #begin(loading: Loading): Promise<Cluster> {
    this.#next = undefined
    this.#running = loading
    try {
      return await this.#load(loading.topics && [...loading.topics])
    } finally {
      this.#running = undefined
    }
  }

  async #load(topics: readonly string[] | null): Promise<Cluster> {
    const response = await this.#context.ask(topics)
    const now = this.#context.clock.monotonic()
    for (const { name } of response.topics) if (name !== null) this.#refreshedAt.set(name, now)
    this.#become(this.cluster.withMetadata(response, { allTopics: topics === null }))
    return this.cluster
  }

  #become(cluster: Cluster): void {
    const before = this.cluster
    if (cluster === before) return
    this.cluster = cluster
    const { emit, changed } = this.#context
    changed(cluster)
    emit({ type: 'metadata', cluster })
    if (before.id !== null && cluster.id !== null && before.id !== cluster.id) {
      emit({ type: 'cluster-changed', from: before.id, to: cluster.id })
    }
    for (const topic of cluster.topics.values()) this.#compare(before.topics.get(topic.name), topic)
  }

  #compare(before: TopicInfo | undefined, topic: TopicInfo): void {
    if (before === topic) return
    const { emit } = this.#context
    const { name, id, partitions } = topic
    const lastId = this.#ids.get(name)
    if (id !== undefined) this.#ids.set(name, id)
    if (id !== undefined && lastId !== undefined && id !== lastId)
      emit({ type: 'topic-recreated', topic: name })
    for (const { partition, leader, leaderEpoch } of partitions.values()) {
      const old = before?.partitions.get(partition)
      if (old === undefined || old.leader === leader) continue
      emit({ type: 'leader-changed', at: { topic: name, partition }, leader, epoch: leaderEpoch })
    }
  }
}

function nothing(): void {}

function ignored(error: unknown): void {
  // Whoever needs the refreshed snapshot waits for it himself and sees the error; anything else is a defect.
  if (!(error instanceof KafkaError)) throw error
}
