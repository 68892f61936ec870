import type { Clock } from '../../kernel'
import type { BrokerNode } from './broker-node'
import { ClusterImage, type BrokersImage, type TopicImage } from './image'
import type { Topic } from './topic'
import type { Topics } from './topics'

/** Tells the brokers what is true, a moment after it is. */
export class Publisher {
  readonly #clock: Clock
  readonly #lagMs: number
  readonly #topics: Topics
  readonly #nodes: ReadonlyMap<number, BrokerNode>
  #image = ClusterImage.empty

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

  /** Tells every broker, after the lag, of these topics, by name; default of all, as when brokers came or went. */
  publish(changed: Iterable<string> = this.#allNames()): void {
    const image = this.#takeImage(changed)
    if (this.#lagMs === 0) this.#spread(image)
    else this.#clock.after(this.#lagMs, () => this.#spread(image))
  }

  /** Tells every broker at once. */
  publishNow(): void {
    this.#spread(this.#takeImage(this.#allNames()))
  }

  /** Resolves when every broker has heard what is true now. */
  whenKnown(): Promise<void> {
    if (this.#lagMs === 0) return Promise.resolve()
    return new Promise(resolve => void this.#clock.after(this.#lagMs, resolve))
  }

  #spread(image: ClusterImage): void {
    for (const node of this.#nodes.values()) if (node.isUp) node.learn(image)
  }

  #takeImage(changed: Iterable<string>): ClusterImage {
    const changes = new Map([...changed].map(name => [name, this.#imageOf(this.#topics.get(name))]))
    this.#image = this.#image.next(this.#brokersImage(), changes)
    return this.#image
  }

  #brokersImage(): BrokersImage {
    const living = [...this.#nodes.values()].filter(node => node.isRegistered)
    return {
      controllerId: living[0]?.id ?? -1,
      brokers: new Map(living.map(node => [node.id, node.endpoint])),
    }
  }

  #imageOf(topic: Topic | undefined): TopicImage | undefined {
    if (topic === undefined) return undefined
    const { name, id, isInternal, partitions } = topic
    const isUp = (broker: number): boolean => this.#nodes.get(broker)?.isRegistered ?? false
    return { name, id, isInternal, partitions: partitions.map(partition => partition.image(isUp)) }
  }

  #allNames(): string[] {
    return [...this.#topics].map(({ name }) => name)
  }
}
