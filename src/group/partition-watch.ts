import type { Subscription } from 'rxjs'
import type { Timer } from '../kernel'
import type { ClientCore, Cluster } from '../client'

type Counts = ReadonlyMap<string, number>

interface WatchContext {
  readonly client: ClientCore
  readonly topics: readonly string[]
  /** As they were divided. */
  readonly counts: Counts
  /** Told once. */
  readonly changed: () => void
}

/** How many partitions each of these topics has; those that are not known are missing. */
export function partitionCounts(cluster: Cluster, topics: readonly string[]): Counts {
  const counts = topics.map(topic => [topic, cluster.topics.get(topic)?.partitions.size ?? 0] as const)
  return new Map(counts.filter(([, count]) => count > 0))
}

/** Sees for the leader of a group when topics have other partitions than it has divided. */
export class PartitionWatch {
  readonly #context: WatchContext
  readonly #news: Subscription
  #timer: Timer

  constructor(context: WatchContext) {
    this.#context = context
    // eslint-disable-next-line rxjs-x/no-ignored-error -- events$ never errors
    this.#news = context.client.events$.subscribe(event => {
      if (event.type === 'metadata') this.#compare(event.cluster)
    })
    this.#timer = this.#next()
    this.#compare(context.client.cluster)
  }

  stop(): void {
    this.#news.unsubscribe()
    this.#timer.cancel()
  }

  /** A topic that is not there is looked for often, since somebody waits for it. */
  #next(): Timer {
    const { client, topics, counts } = this.#context
    const { clock, metadataMaxAgeMs, retryBackoffMaxMs } = client.settings
    const isComplete = topics.every(topic => counts.has(topic))
    return clock.after(isComplete ? metadataMaxAgeMs : retryBackoffMaxMs, () => {
      this.#timer = this.#next()
      client.router.metadata.refresh(topics).catch(ignored)
    })
  }

  /** What is not known just now may be so because the broker asked lags behind: no reason to stop everybody. */
  #compare(cluster: Cluster): void {
    const { topics, counts, changed } = this.#context
    const now = partitionCounts(cluster, topics)
    if (![...now].some(([topic, count]) => count !== counts.get(topic))) return
    this.stop()
    changed()
  }
}

function ignored(): void {
  // It is asked again.
}
