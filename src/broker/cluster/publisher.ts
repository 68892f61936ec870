import type { Clock } from '../../kernel'
import type { BrokerNode } from './broker-node'
import { emptyImage, type ClusterImage, type TopicImage } from './image'
import type { Topic } from './topic'
import type { Topics } from './topics'

/** Tells the brokers what is true, a moment after it is. */
export class Publisher {
  readonly #clock: Clock
  readonly #lagMs: number
  readonly #topics: Topics
  readonly #nodes: ReadonlyMap<number, BrokerNode>
  #image = emptyImage

  /** @param lagMs how long news takes to a broker */
  constructor(clock: Clock, lagMs: number, topics: Topics, nodes: ReadonlyMap<number, BrokerNode>) {
    this.#clock = clock
    this.#lagMs = lagMs
    this.#topics = topics
    this.#nodes = nodes
  }

  /** The newest image, which brokers may not know yet. */
  get image(): ClusterImage {
    return this.#image
  }

  /** Tells every broker, after the lag. */
  publish(): void {
    const image = this.#takeImage()
    if (this.#lagMs === 0) this.#spread(image)
    else this.#clock.after(this.#lagMs, () => this.#spread(image))
  }

  /** Tells every broker at once. */
  publishNow(): void {
    this.#spread(this.#takeImage())
  }

  /** Resolves when every broker has heard what is true now. */
  whenKnown(): Promise<void> {
    if (this.#lagMs === 0) return Promise.resolve()
    return new Promise(resolve => void this.#clock.after(this.#lagMs, resolve))
  }

  #spread(image: ClusterImage): void {
    for (const node of this.#nodes.values()) if (node.isUp) node.learn(image)
  }

  #takeImage(): ClusterImage {
    const living = [...this.#nodes.values()].filter(node => node.isRegistered)
    const topics = [...this.#topics].map(topic => this.#imageOf(topic))
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
    const isUp = (broker: number): boolean => this.#nodes.get(broker)?.isRegistered ?? false
    return { name, id, isInternal, partitions: partitions.map(partition => partition.image(isUp)) }
  }
}
