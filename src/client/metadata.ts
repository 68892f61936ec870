import { KafkaError, type Clock } from '../kernel'
import type { MetadataResponse } from '../protocol'
import { Cluster, type LeaderHint, type BrokerNode } from './cluster'
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

/**
 * Keeps the snapshot of the cluster. Refreshes are single-flight: who asks while one is under way gets the next
 * one, together with all others who asked meanwhile.
 */
export class Metadata {
  cluster = Cluster.empty
  readonly #context: MetadataContext
  readonly #refreshedAt = new Map<string, number>()
  #running: Promise<unknown> | undefined
  #next: { topics: Set<string> | null; done: Promise<Cluster> } | undefined

  constructor(context: MetadataContext) {
    this.#context = context
  }

  /** The snapshot once it knows these topics, or an error code for them, not older than the maximum age. */
  async of(topics: readonly string[]): Promise<Cluster> {
    const stale = topics.filter(topic => !this.#isKnown(topic))
    if (stale.length > 0) return this.refresh(stale)
    const old = topics.filter(topic => this.#age(topic) > this.#context.maxAgeMs)
    if (old.length > 0) this.refresh(old).catch(ignored)
    return this.cluster
  }

  /** The snapshot after asking anew; null: about all topics. */
  refresh(topics: readonly string[] | null): Promise<Cluster> {
    if (this.#next) {
      if (topics === null) this.#next.topics = null
      else for (const topic of topics) this.#next.topics?.add(topic)
      return this.#next.done
    }
    const next: { topics: Set<string> | null; done: Promise<Cluster> } = {
      topics: topics === null ? null : new Set(topics),
      done: Promise.resolve(this.cluster),
    }
    const before = this.#running ?? Promise.resolve()
    next.done = before.catch(ignored).then(() => {
      this.#next = undefined
      return this.#load(next.topics === null ? null : [...next.topics])
    })
    this.#next = next
    this.#running = next.done
    return next.done
  }

  /** An error answer named the new leader (KIP-951). Says whether that was news. */
  learnLeader(hint: LeaderHint, brokers: readonly BrokerNode[] = []): boolean {
    const before = this.cluster
    this.#become(before.withLeader(hint, brokers))
    return this.cluster !== before
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
    for (const topic of cluster.topics.values()) {
      const known = before.topics.get(topic.name)
      if (known?.id !== undefined && topic.id !== undefined && known.id !== topic.id) {
        emit({ type: 'topic-recreated', topic: topic.name })
      }
      for (const { partition, leader, leaderEpoch } of topic.partitions.values()) {
        const old = known?.partitions.get(partition)
        if (old === undefined || old.leader === leader) continue
        emit({ type: 'leader-changed', at: { topic: topic.name, partition }, leader, epoch: leaderEpoch })
      }
    }
  }
}

function ignored(error: unknown): void {
  // Whoever needs the refreshed snapshot waits for it himself and sees the error; anything else is a defect.
  if (!(error instanceof KafkaError)) throw error
}
