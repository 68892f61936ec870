import type { Subscription } from 'rxjs'
import { ArgumentError, asKafkaError, type KafkaError, type TopicPartition } from '../kernel'
import { pause, retryPause, troubleOf, type ClientCore, type Cluster } from '../client'
import { brokerError, errorCode } from '../protocol'
import type { Emit } from './event'
import type { Selection } from './selection'
import type { Target } from './start-offset'

const unknownTopicOrPartition = errorCode('UNKNOWN_TOPIC_OR_PARTITION')

interface ChoiceContext {
  readonly client: ClientCore
  readonly emit: Emit
  /** Aborts when nothing more is to be read. */
  readonly reading: AbortSignal
  readonly selection: Selection
  readonly target: Target
  /** These are to be read from there. */
  readonly found: (partitions: readonly TopicPartition[], target: Target, isAdded: boolean) => void
  /** What no waiting mends. */
  readonly failed: (error: KafkaError) => void
}

/** The partitions of chosen topics: those that a topic has once it is known, and those that are added to it later. */
export class ChosenPartitions {
  readonly #context: ChoiceContext
  /** By topic that is read as a whole, how many of its partitions were found. */
  readonly #found = new Map<string, number>()
  readonly #news: Subscription

  constructor(context: ChoiceContext) {
    this.#context = context
    this.#news = context.client.events$.subscribe({
      next: event => {
        if (event.type === 'metadata') this.#lookForMore(event.cluster)
      },
      error: ignored,
    })
    context.reading.addEventListener('abort', () => this.#news.unsubscribe(), { once: true })
  }

  /** Topics that are not there yet are waited for, and hold up no others. */
  find(): void {
    for (const [topic, partitions] of this.#context.selection)
      this.#find(topic, partitions).catch((error: unknown) =>
        this.#context.failed(asKafkaError(error, 'start')),
      )
  }

  async #find(topic: string, partitions: readonly number[] | undefined): Promise<void> {
    const { client, emit, reading, found, target } = this.#context
    const trouble = troubleOf(client.settings)
    for (let attempt = 0; !reading.aborted; attempt++) {
      try {
        const cluster = await client.router.metadata.refresh([topic])
        if (reading.aborted) return
        const chosen = chosenOf(cluster, topic, partitions)
        if (partitions === undefined) this.#found.set(topic, chosen.length)
        return found(chosen, target, false)
      } catch (thrown) {
        const error = asKafkaError(thrown, `metadata of ${topic}`)
        if (!error.retriable) throw error
        emit({ type: 'waiting-for-topic', topic, error })
        trouble.goesOn(() => `a consumer waits for topic ${topic}: ${error.message}`)
      }
      await pause(client.settings.clock, retryPause(client.settings, attempt), reading)
    }
  }

  /** Whoever reads all of a topic misses no message of a partition that was added: it is read from its beginning. */
  #lookForMore({ topics }: Cluster): void {
    const { found, target } = this.#context
    for (const [topic, count] of this.#found) {
      const partitions = topics.get(topic)?.partitions.size ?? 0
      if (partitions <= count) continue
      this.#found.set(topic, partitions)
      const added = Array.from({ length: partitions - count }, (_, i) => ({ topic, partition: count + i }))
      // Or from where the group is, if a broker only told of it late.
      found(added, target === 'committed' ? target : 'earliest', true)
    }
  }
}

function chosenOf(
  cluster: Cluster,
  topic: string,
  chosen: readonly number[] | undefined,
): readonly TopicPartition[] {
  const known = cluster.topics.get(topic)?.partitions
  if (known === undefined || known.size === 0) {
    throw brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, `metadata of ${topic}`)
  }
  const partitions = chosen ?? [...known.keys()].sort((a, b) => a - b)
  if (partitions.every(partition => known.has(partition)))
    return partitions.map(partition => ({ topic, partition }))
  throw new ArgumentError(
    'consumer option partitions',
    `[${partitions.join(', ')}]`,
    `partitions of ${topic}, which has 0 to ${known.size - 1}`,
  )
}

function ignored(): void {
  // Events are no errors.
}
