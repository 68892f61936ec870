import {
  abortController,
  asKafkaError,
  SerializationError,
  TimeoutError,
  type Clock,
  type KafkaError,
  type Message,
} from '../kernel'
import { runCall, type ClientCore, type Cluster } from '../client'
import type { Delivery, DeliveryOwner } from '../deferred'
import { brokerError } from '../protocol'
import type { BufferMemory } from './buffer-memory'
import type { Flushes } from './flushes'
import { untilThere } from './metadata-wait'
import { MissingPartitions } from './missing-partitions'
import type { TopicLane } from './topic-lane'
import { WaitingQueue, type ReadyCall, type WaitingCall } from './waiting-queue'

interface WaitingRoomContext {
  readonly client: ClientCore
  readonly maxBlockMs: number
  readonly memory: BufferMemory
  readonly flushes: Flushes
  /** The topic is known: the call may be given its partition. */
  readonly place: (lane: TopicLane, call: ReadyCall) => void
  readonly refuse: (call: WaitingCall, error: KafkaError) => void
  /** Some who waited have been placed. */
  readonly released: () => void
}

/**
 * Where calls wait until the partitions of their topic are known and their messages are made: one queue a topic, in
 * call order. Those that ask for a partition which the topic does not have go on to wait apart.
 */
export class WaitingRoom implements DeliveryOwner {
  readonly #context: WaitingRoomContext
  readonly #ending = abortController()
  readonly #queues = new Map<TopicLane, WaitingQueue>()
  readonly #missing: MissingPartitions

  constructor(context: WaitingRoomContext) {
    this.#context = context
    this.#missing = new MissingPartitions({
      ...context,
      abandoned: this.#ending.signal,
      place: (lane, call) => this.#place(lane, call),
      refuse: (call, error) => this.#refuse(call, error),
    })
  }

  /** Whether calls of this topic have to join, so that they do not overtake those that wait. */
  isNeeded(lane: TopicLane): boolean {
    return (this.#queues.size > 0 && this.#queues.has(lane)) || !lane.isKnown(this.#context.client.cluster)
  }

  add(lane: TopicLane, call: Omit<WaitingCall, 'era'>): void {
    const { flushes, memory, client } = this.#context
    memory.count(call.bytes)
    const waiting = { ...call, era: flushes.entered() }
    const queue = this.#queues.get(lane)
    if (queue) queue.add(waiting)
    else {
      const opened = this.#newQueue(lane)
      opened.add(waiting)
      if (lane.isKnown(client.cluster)) this.#release(lane)
      else void this.#learn(lane, opened)
    }
  }

  /** Its messages are made. */
  made(lane: TopicLane, delivery: Delivery<unknown>, messages: readonly Message[], bytes: number): void {
    const call = this.#queues.get(lane)?.get(delivery)
    if (!call) return
    this.#context.memory.count(bytes - call.bytes)
    call.messages = messages
    call.bytes = bytes
    this.#advance(lane)
  }

  /** Its messages cannot be made. Those behind it do not have to wait for it any more. */
  notMade(lane: TopicLane, delivery: Delivery<unknown>, error: KafkaError): void {
    const call = this.#removed(lane, delivery)
    if (!call) return
    this.#context.refuse(call, error)
    this.#advance(lane)
  }

  withdraw(delivery: Delivery<unknown>): boolean {
    for (const lane of this.#queues.keys()) {
      if (!this.#removed(lane, delivery)) continue
      this.#advance(lane)
      return true
    }
    const call = this.#missing.remove(delivery)
    if (call) this.#left(call)
    return call !== undefined
  }

  /** Those who wait now fail. */
  failAll(error: KafkaError): void {
    for (const lane of [...this.#queues.keys()]) this.#fail(lane, error)
    this.#missing.failAll(error)
  }

  /** Nobody waits any more: all fail. */
  close(error: KafkaError): void {
    this.#ending.abort()
    this.failAll(error)
  }

  get #clock(): Clock {
    return this.#context.client.settings.clock
  }

  /** Asks until the topic is known, its error is one that no waiting mends, or its calls are out of time. */
  async #learn(lane: TopicLane, queue: WaitingQueue): Promise<void> {
    const isWaitedFor = (): boolean => this.#queues.get(lane) === queue
    const { client, maxBlockMs } = this.#context
    const { topic } = lane
    const what = `metadata of ${topic}`
    const ask = (): Promise<Cluster> => client.router.metadata.of([topic])
    const missing = (cluster: Cluster): KafkaError | undefined => {
      if (lane.isKnown(cluster)) return undefined
      return brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, what)
    }
    const plan = { clock: this.#clock, what, timeoutMs: maxBlockMs, abandoned: this.#ending.signal }
    try {
      await runCall(plan, call => untilThere({ client, topic, maxBlockMs, ask, missing }, call))
      if (isWaitedFor()) this.#release(lane)
    } catch (error) {
      if (isWaitedFor()) this.#fail(lane, asKafkaError(error, what))
    }
  }

  #newQueue(lane: TopicLane): WaitingQueue {
    const queue = new WaitingQueue({
      clock: this.#clock,
      maxBlockMs: this.#context.maxBlockMs,
      place: call => {
        const { partition } = call
        if (partition === undefined || lane.has(partition)) this.#place(lane, call)
        else this.#missing.add(lane, partition, call)
      },
      tooLate: ({ delivery }) => this.notMade(lane, delivery, this.#tooSlow(lane)),
    })
    this.#queues.set(lane, queue)
    return queue
  }

  #place(lane: TopicLane, call: ReadyCall): void {
    this.#context.place(lane, call)
    this.#left(call)
  }

  #release(lane: TopicLane): void {
    const queue = this.#queues.get(lane)
    if (queue) queue.isOpen = true
    this.#advance(lane)
  }

  #advance(lane: TopicLane): void {
    const queue = this.#queues.get(lane)
    if (queue === undefined) return
    const placed = queue.advance()
    // Whoever waits for the topic to be known keeps its queue.
    if (queue.isEmpty && queue.isOpen) this.#queues.delete(lane)
    if (placed > 0) this.#context.released()
  }

  #fail(lane: TopicLane, error: KafkaError): void {
    const queue = this.#queues.get(lane)
    this.#queues.delete(lane)
    for (const call of queue?.empty() ?? []) this.#refuse(call, error)
  }

  #refuse(call: WaitingCall, error: KafkaError): void {
    this.#context.refuse(call, error)
    this.#left(call)
  }

  #removed(lane: TopicLane, delivery: Delivery<unknown>): WaitingCall | undefined {
    const queue = this.#queues.get(lane)
    const call = queue?.get(delivery)
    if (!queue || !call) return undefined
    queue.remove(delivery)
    this.#left(call)
    return call
  }

  #left({ bytes, era }: WaitingCall): void {
    this.#context.memory.count(-bytes)
    this.#context.flushes.ended(era)
  }

  #tooSlow({ topic }: TopicLane): KafkaError {
    const { maxBlockMs } = this.#context
    const slow = new TimeoutError('call', maxBlockMs, `serializer of ${topic}`, {
      told: `not done in maxBlockMs (${maxBlockMs})`,
    })
    return new SerializationError(topic, 'serializer', slow)
  }
}

const unknownTopicOrPartition = 3
