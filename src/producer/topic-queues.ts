import {
  abortController,
  ArgumentError,
  asKafkaError,
  BrokerError,
  KafkaError,
  TimeoutError,
  type Clock,
} from '../kernel'
import { pause, retryPause, runCall, type Call, type Cluster, type ClientCore } from '../client'
import { brokerError } from '../protocol'
import type { SendCall } from './send-call'

interface TopicQueuesContext {
  readonly client: ClientCore
  readonly maxBlockMs: number
  /** The topic is known: the call may be given its partition. */
  readonly place: (call: SendCall, partitions: readonly number[]) => void
  readonly refuse: (call: SendCall, error: KafkaError) => void
  /** All who waited for a topic have been placed. */
  readonly released: () => void
}

/** Where calls wait until the partitions of their topic are known: one queue a topic, in call order. */
export class TopicQueues {
  readonly #context: TopicQueuesContext
  readonly #ending = abortController()
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

  /** Everybody who waits has been told; nothing is asked any more. */
  close(): void {
    this.#waiting.clear()
    this.#ending.abort()
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
    const what = `metadata of ${topic}`
    const plan = {
      clock: this.#clock,
      what,
      timeoutMs: this.#context.maxBlockMs,
      abandoned: this.#ending.signal,
    }
    try {
      await runCall(plan, call => this.#untilKnown(topic, call))
      this.#release(topic)
    } catch (error) {
      this.#fail(topic, asKafkaError(error, what))
    }
  }

  async #untilKnown(topic: string, call: Call): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#ask(topic, call)
      if (failure === undefined) return
      if (!failure.retriable) throw failure
      const pauseMs = retryPause(this.#context.client.settings, attempt)
      if (call.signal.aborted || this.#clock.monotonic() + pauseMs >= call.deadline)
        throw this.#outOfTime(topic, failure)
      await pause(this.#clock, pauseMs, call.signal)
    }
  }

  async #ask(topic: string, call: Call): Promise<KafkaError | undefined> {
    try {
      const { metadata } = this.#context.client.router
      const cluster = await metadata.within(call, metadata.of([topic]))
      if (this.#partitionsOf(topic)) return undefined
      return brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, call.what)
    } catch (error) {
      return asKafkaError(error, call.what)
    }
  }

  #release(topic: string): void {
    const partitions = this.#partitionsOf(topic)!
    for (const call of this.#emptied(topic)) this.#context.place(call, partitions)
    this.#context.released()
  }

  #fail(topic: string, error: KafkaError): void {
    for (const call of this.#emptied(topic)) this.#context.refuse(call, error)
  }

  #emptied(topic: string): readonly SendCall[] {
    const queue = this.#waiting.get(topic) ?? []
    this.#waiting.delete(topic)
    return queue
  }

  #outOfTime(topic: string, last: KafkaError): KafkaError {
    if (last instanceof BrokerError) return last
    const cause = last.cause instanceof KafkaError ? last.cause : last
    return new TimeoutError(
      'metadata',
      this.#context.maxBlockMs,
      `metadata of ${topic} (last: ${cause.message})`,
      { cause },
    )
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
