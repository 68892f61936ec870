import {
  ArgumentError,
  asKafkaError,
  BrokerError,
  TimeoutError,
  type Clock,
  type KafkaError,
} from '../kernel'
import { jittered, type Cluster, type KafkaClient } from '../client'
import { brokerError } from '../protocol'
import type { SendCall } from './send-call'

interface TopicQueuesContext {
  readonly client: KafkaClient
  readonly maxBlockMs: number
  /** The topic is known: the call may be given its partition. */
  readonly place: (call: SendCall, partitions: readonly number[]) => void
  readonly refuse: (call: SendCall, error: KafkaError) => void
}

/** Where calls wait until the partitions of their topic are known: one queue a topic, in call order. */
export class TopicQueues {
  readonly #context: TopicQueuesContext
  readonly #waiting = new Map<string, SendCall[]>()
  readonly #partitions = new WeakMap<Cluster, Map<string, readonly number[]>>()

  constructor(context: TopicQueuesContext) {
    this.#context = context
  }

  /** Places the call now if its topic is known and nobody waits before it; else it joins the queue. */
  add(call: SendCall): void {
    const queue = this.#waiting.get(call.topic)
    if (queue) {
      queue.push(call)
      return
    }
    const partitions = this.#partitionsOf(call.topic)
    if (partitions) {
      this.#context.place(call, partitions)
      return
    }
    this.#waiting.set(call.topic, [call])
    void this.#learn(call.topic)
  }

  /** Takes a call back; false when it does not wait here. */
  remove(call: SendCall): boolean {
    const queue = this.#waiting.get(call.topic)
    const index = queue?.indexOf(call) ?? -1
    if (index < 0) return false
    queue!.splice(index, 1)
    return true
  }

  get #clock(): Clock {
    return this.#context.client.settings.clock
  }

  #partitionsOf(topic: string): readonly number[] | undefined {
    const { cluster } = this.#context.client
    let known = this.#partitions.get(cluster)
    if (!known) this.#partitions.set(cluster, (known = new Map<string, readonly number[]>()))
    let partitions = known.get(topic)
    if (!partitions) {
      const info = cluster.topics.get(topic)
      if (!info || info.partitions.size === 0) return undefined
      known.set(topic, (partitions = [...info.partitions.keys()].sort((a, b) => a - b)))
    }
    return partitions
  }

  /** Asks until the topic is known, its error is one that no waiting mends, or its calls are out of time. */
  async #learn(topic: string): Promise<void> {
    const { client, maxBlockMs } = this.#context
    const { retryBackoffMs, retryBackoffMaxMs, random } = client.settings
    const deadline = this.#clock.monotonic() + maxBlockMs
    for (let attempt = 0; this.#waiting.has(topic); attempt++) {
      const failure = await this.#ask(topic)
      if (failure === undefined) return this.#release(topic)
      if (!failure.retriable) return this.#fail(topic, failure)
      const pauseMs = jittered(
        Math.min(retryBackoffMaxMs, retryBackoffMs * 2 ** Math.min(attempt, 20)),
        random,
      )
      if (this.#clock.monotonic() + pauseMs >= deadline)
        return this.#fail(topic, this.#outOfTime(topic, failure))
      await new Promise<void>(resolve => this.#clock.after(pauseMs, resolve))
    }
  }

  async #ask(topic: string): Promise<KafkaError | undefined> {
    const where = `metadata of ${topic}`
    try {
      const cluster = await this.#context.client.router.metadata.of([topic])
      if (this.#partitionsOf(topic)) return undefined
      return brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, where)
    } catch (error) {
      return asKafkaError(error, where)
    }
  }

  #release(topic: string): void {
    const queue = this.#waiting.get(topic)!
    this.#waiting.delete(topic)
    for (const call of queue) this.#context.place(call, this.#partitionsOf(topic)!)
  }

  #fail(topic: string, error: KafkaError): void {
    const queue = this.#waiting.get(topic)!
    this.#waiting.delete(topic)
    for (const call of queue) this.#context.refuse(call, error)
  }

  #outOfTime(topic: string, last: KafkaError): KafkaError {
    if (last instanceof BrokerError) return last
    const { maxBlockMs } = this.#context
    return new TimeoutError('metadata', maxBlockMs, `metadata of ${topic} (last: ${last.message})`, {
      cause: last,
    })
  }
}

const unknownTopicOrPartition = 3

/** The partition that a partitioner or a caller named, which must be one of the topic's. */
export function checkPartition(topic: string, partition: unknown, partitions: readonly number[]): number {
  if (typeof partition === 'number' && partitions.includes(partition)) return partition
  throw new ArgumentError(
    `partition of ${topic}`,
    partition,
    `one of its partitions, ${partitions[0]} to ${partitions.at(-1)}`,
  )
}
