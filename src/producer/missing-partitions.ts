import { asKafkaError, type KafkaError } from '../kernel'
import { runCall, type ClientCore, type Cluster } from '../client'
import type { Delivery } from '../deferred'
import { brokerError } from '../protocol'
import { untilThere } from './metadata-wait'
import type { TopicLane } from './topic-lane'
import type { ReadyCall } from './waiting-queue'

interface MissingPartitionsContext {
  readonly client: ClientCore
  readonly maxBlockMs: number
  readonly abandoned: AbortSignal
  /** The partition is there. */
  readonly place: (lane: TopicLane, call: ReadyCall) => void
  readonly refuse: (call: ReadyCall, error: KafkaError) => void
  /** Some who waited have been placed. */
  readonly released: () => void
}

/** The calls that wait for one partition, in call order. */
type Calls = Map<Delivery<unknown>, ReadyCall>

const unknownTopicOrPartition = 3

/**
 * Calls that ask for a partition which their topic does not have, or not yet: partitions may just have been added. They
 * wait apart, so that they hold up nobody else.
 */
export class MissingPartitions {
  readonly #context: MissingPartitionsContext
  readonly #waiting = new Map<TopicLane, Map<number, Calls>>()

  constructor(context: MissingPartitionsContext) {
    this.#context = context
  }

  add(lane: TopicLane, partition: number, call: ReadyCall): void {
    const partitions = this.#waiting.get(lane) ?? this.#begin(lane)
    const calls = partitions.get(partition)
    if (calls) calls.set(call.delivery, call)
    else {
      const first: Calls = new Map([[call.delivery, call]])
      partitions.set(partition, first)
      void this.#seek(lane, partition, first)
    }
  }

  /** Takes one out. */
  remove(delivery: Delivery<unknown>): ReadyCall | undefined {
    for (const [lane, partitions] of this.#waiting)
      for (const [partition, calls] of partitions) {
        const call = calls.get(delivery)
        calls.delete(delivery)
        if (calls.size === 0) this.#take(lane, partition)
        if (call) return call
      }
    return undefined
  }

  failAll(error: KafkaError): void {
    for (const [lane, partitions] of [...this.#waiting])
      for (const partition of [...partitions.keys()]) this.#fail(lane, partition, error)
  }

  /** Whoever sees that there are more partitions places who waits for them, before anybody who comes then. */
  #begin(lane: TopicLane): Map<number, Calls> {
    const partitions = new Map<number, Calls>()
    this.#waiting.set(lane, partitions)
    lane.whenLooked = () => this.#release(lane)
    return partitions
  }

  async #seek(lane: TopicLane, partition: number, calls: Calls): Promise<void> {
    const { client, maxBlockMs, abandoned } = this.#context
    const { clock } = client.settings
    const isWaitedFor = (): boolean => this.#waiting.get(lane)?.get(partition) === calls
    const what = `metadata of ${lane.topic}`
    const [first] = calls.values()
    const timeoutMs = Math.max(0, first!.at + maxBlockMs - clock.monotonic())
    const ask = (): Promise<Cluster> => client.router.metadata.refresh([lane.topic])
    const missing = (cluster: Cluster): KafkaError | undefined => {
      // If it has come, those who wait are placed by this.
      lane.isKnown(cluster)
      return isWaitedFor() ? this.#absence(lane, partition, cluster) : undefined
    }
    try {
      const wanted = { client, topic: lane.topic, maxBlockMs, ask, missing }
      await runCall({ clock, what, timeoutMs, abandoned }, call => untilThere(wanted, call))
    } catch (error) {
      if (isWaitedFor()) this.#fail(lane, partition, asKafkaError(error, what))
    }
  }

  #absence({ topic, partitions }: TopicLane, partition: number, cluster: Cluster): KafkaError {
    const code = cluster.topicErrors.get(topic) ?? unknownTopicOrPartition
    if (code !== unknownTopicOrPartition) return brokerError(code, `metadata of ${topic}`)
    const { length } = partitions
    const has = length === 1 ? 'has only partition 0' : `has ${length} partitions, 0 to ${length - 1}`
    const waited = `and no more came within ${this.#context.maxBlockMs} ms (maxBlockMs)`
    const advice = 'add partitions to the topic, or send to one that it has'
    return brokerError(code, `send to ${topic}/${partition}: ${topic} ${has}, ${waited}; ${advice}`)
  }

  #release(lane: TopicLane): void {
    const there = [...(this.#waiting.get(lane)?.keys() ?? [])].filter(partition => lane.has(partition))
    for (const partition of there)
      for (const call of this.#take(lane, partition)) this.#context.place(lane, call)
    if (there.length > 0) this.#context.released()
  }

  #fail(lane: TopicLane, partition: number, error: KafkaError): void {
    for (const call of this.#take(lane, partition)) this.#context.refuse(call, error)
  }

  /** Takes out all who wait for a partition. */
  #take(lane: TopicLane, partition: number): readonly ReadyCall[] {
    const partitions = this.#waiting.get(lane)
    const calls = partitions?.get(partition)
    partitions?.delete(partition)
    if (partitions?.size === 0) {
      this.#waiting.delete(lane)
      lane.whenLooked = undefined
    }
    return calls ? [...calls.values()] : []
  }
}
