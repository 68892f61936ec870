import {
  abortController,
  asKafkaError,
  BrokerError,
  KafkaError,
  TimeoutError,
  type Clock,
  type Message,
} from '../kernel'
import { pause, retryPause, runCall, type Call, type ClientCore } from '../client'
import type { Delivery, DeliveryOwner } from '../deferred'
import { brokerError } from '../protocol'
import type { BufferMemory } from './buffer-memory'
import type { Era, Flushes } from './flushes'
import type { Receipt } from './receipt'
import type { TopicLane } from './topic-lane'

/** A call that has no partition yet. */
export interface WaitingCall {
  readonly delivery: Delivery<Receipt>
  readonly messages: readonly Message[]
  /** Asked for by the caller; undefined: the partitioner chooses. */
  readonly partition: number | undefined
  /** What it counts for in `maxBufferedBytes`. */
  readonly bytes: number
  /** Monotonic ms of the call. */
  readonly at: number
  readonly era: Era
}

interface WaitingRoomContext {
  readonly client: ClientCore
  readonly maxBlockMs: number
  readonly memory: BufferMemory
  readonly flushes: Flushes
  /** The topic is known: the call may be given its partition. */
  readonly place: (lane: TopicLane, call: WaitingCall) => void
  readonly refuse: (call: WaitingCall, error: KafkaError) => void
  /** All who waited for a topic have been placed. */
  readonly released: () => void
}

type Queue = Map<Delivery<unknown>, WaitingCall>

/** Where calls wait until the partitions of their topic are known: one queue a topic, in call order. */
export class WaitingRoom implements DeliveryOwner {
  readonly #context: WaitingRoomContext
  readonly #ending = abortController()
  readonly #queues = new Map<TopicLane, Queue>()

  constructor(context: WaitingRoomContext) {
    this.#context = context
  }

  /** Whether calls of this topic have to join, so that they do not overtake those that wait. */
  isNeeded(lane: TopicLane): boolean {
    return (this.#queues.size > 0 && this.#queues.has(lane)) || !lane.isKnown(this.#context.client.cluster)
  }

  add(lane: TopicLane, call: Omit<WaitingCall, 'era'>): void {
    const { flushes, memory } = this.#context
    memory.count(call.bytes)
    const waiting = { ...call, era: flushes.entered() }
    const queue = this.#queues.get(lane)
    if (queue) queue.set(call.delivery, waiting)
    else {
      const opened = new Map([[call.delivery, waiting]])
      this.#queues.set(lane, opened)
      void this.#learn(lane, opened)
    }
  }

  withdraw(delivery: Delivery<unknown>): boolean {
    for (const queue of this.#queues.values()) {
      const call = queue.get(delivery)
      if (!call) continue
      queue.delete(delivery)
      this.#left(call)
      return true
    }
    return false
  }

  /** Those who wait now fail. */
  failAll(error: KafkaError): void {
    for (const lane of [...this.#queues.keys()]) this.#fail(lane, error)
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
  async #learn(lane: TopicLane, queue: Queue): Promise<void> {
    const isWaitedFor = (): boolean => this.#queues.get(lane) === queue
    const what = `metadata of ${lane.topic}`
    const { maxBlockMs } = this.#context
    const plan = { clock: this.#clock, what, timeoutMs: maxBlockMs, abandoned: this.#ending.signal }
    try {
      await runCall(plan, call => this.#untilKnown(lane, call))
      if (isWaitedFor()) this.#release(lane)
    } catch (error) {
      if (isWaitedFor()) this.#fail(lane, asKafkaError(error, what))
    }
  }

  async #untilKnown(lane: TopicLane, call: Call): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#ask(lane, call)
      if (failure === undefined) return
      if (!failure.retriable) throw failure
      const pauseMs = retryPause(this.#context.client.settings, attempt)
      if (call.signal.aborted || this.#clock.monotonic() + pauseMs >= call.deadline)
        throw this.#outOfTime(lane, failure)
      await pause(this.#clock, pauseMs, call.signal)
    }
  }

  async #ask(lane: TopicLane, call: Call): Promise<KafkaError | undefined> {
    try {
      const { metadata } = this.#context.client.router
      const cluster = await metadata.within(call, metadata.of([lane.topic]))
      if (lane.isKnown(cluster)) return undefined
      return brokerError(cluster.topicErrors.get(lane.topic) ?? unknownTopicOrPartition, call.what)
    } catch (error) {
      return asKafkaError(error, call.what)
    }
  }

  #release(lane: TopicLane): void {
    for (const call of this.#emptied(lane)) {
      this.#context.place(lane, call)
      this.#left(call)
    }
    this.#context.released()
  }

  #fail(lane: TopicLane, error: KafkaError): void {
    for (const call of this.#emptied(lane)) {
      this.#context.refuse(call, error)
      this.#left(call)
    }
  }

  #left({ bytes, era }: WaitingCall): void {
    this.#context.memory.count(-bytes)
    this.#context.flushes.ended(era)
  }

  #emptied(lane: TopicLane): readonly WaitingCall[] {
    const queue = this.#queues.get(lane)
    this.#queues.delete(lane)
    return queue ? [...queue.values()] : []
  }

  #outOfTime({ topic }: TopicLane, last: KafkaError): KafkaError {
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
