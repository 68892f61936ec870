import type { Clock } from '../../kernel'
import type { BrokerNode } from './broker-node'
import { emptyImage, type ClusterImage, type TopicImage } from './image'
import type { Topic } from './topic'

export interface NewsOptions {
  readonly clock: Clock
  /** How long it takes to a broker, in ms. */
  readonly metadataLagMs: number
  readonly nodes: ReadonlyMap<number, BrokerNode>
  readonly topics: Iterable<Topic>
}

/** How brokers learn what is true in their cluster: all of it, a moment later. */
export class News {
  readonly #options: NewsOptions
  #image = emptyImage

  constructor(options: NewsOptions) {
    this.#options = options
  }

  /** The newest image, which brokers may not know yet. */
  get image(): ClusterImage {
    return this.#image
  }

  /** Tells every broker, after the lag. */
  publish(): void {
    const { clock, metadataLagMs } = this.#options
    const image = this.#takeImage()
    if (metadataLagMs === 0) this.#spread(image)
    else clock.after(metadataLagMs, () => this.#spread(image))
  }

  /** Tells every broker at once. */
  publishNow(): void {
    this.#spread(this.#takeImage())
  }

  /** Resolves when every broker has heard what is true now. */
  whenKnown(): Promise<void> {
    const { clock, metadataLagMs } = this.#options
    if (metadataLagMs === 0) return Promise.resolve()
    return new Promise(resolve => void clock.after(metadataLagMs, resolve))
  }

  #spread(image: ClusterImage): void {
    for (const node of this.#options.nodes.values()) if (node.isUp) node.learn(image)
  }

  #takeImage(): ClusterImage {
    const living = [...this.#options.nodes.values()].filter(node => node.isRegistered)
    const topics = [...this.#options.topics].map(topic => this.#imageOf(topic))
    this.#image = {
      version: this.#image.version + 1,
      controllerId: living[0]?.id ?? -1,
      brokers: new Map(living.map(node => [node.id, node.endpoint])),
      topics: new Map(topics.map(topic => [topic.name, topic])),
      topicsById: new Map(topics.map(topic => [topic.id, topic])),
    }
    return this.#image
  }

  #imageOf({ name, id, isInternal, partitions }: Topic): TopicImage {
    const isUp = (broker: number): boolean => this.#options.nodes.get(broker)?.isRegistered ?? false
    return { name, id, isInternal, partitions: partitions.map(partition => partition.image(isUp)) }
  }
}
