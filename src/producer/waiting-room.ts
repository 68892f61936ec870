import {
  abortController,
  asKafkaError,
  SerializationError,
  TimeoutError,
  type Clock,
  type KafkaError,
  type Message,
} from '../kernel'
import type { ClientCore, Cluster } from '../client'
import type { Delivery, DeliveryOwner } from '../deferred'
import { brokerError, errorCode } from '../protocol'
import type { BufferMemory } from './buffer-memory'
import type { Flushes } from './flushes'
import { untilThere } from './metadata-wait'
import { MissingPartitions } from './missing-partitions'
import type { ProducerSettings } from './options'
import { closedUnder, metadataTimeout, patienceOf } from './out-of-time'
import type { Telling } from './outcomes'
import { PatientCalls } from './patient-calls'
import type { TopicLane } from './topic-lane'
import type { TopicTroubles } from './topic-troubles'
import type { ReadyCall, WaitingCall } from './waiting-call'
import { WaitingQueue } from './waiting-queue'

interface WaitingRoomContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly memory: BufferMemory
  readonly flushes: Flushes
  readonly troubles: TopicTroubles
  /** The topic is known: the call may be given its partition. */
  readonly place: (lane: TopicLane, call: ReadyCall) => void
  readonly refuse: (call: WaitingCall, error: KafkaError) => void
  /** Some who waited have been placed. */
  readonly released: () => void
  /** Nobody waits for this topic any more. */
  readonly left: (lane: TopicLane) => void
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

  /** Whether somebody waits for the topic. */
  has(lane: TopicLane): boolean {
    return this.#queues.has(lane)
  }

  add(lane: TopicLane, call: Omit<WaitingCall, 'era'>): void {
    const { flushes, memory, client } = this.#context
    memory.count(call.bytes)
    const waiting = { ...call, era: flushes.entered() }
    const queue = this.#queues.get(lane)
    if (queue) queue.calls.add(waiting)
    else {
      const opened = this.#newQueue(lane)
      opened.calls.add(waiting)
      if (lane.isKnown(client.cluster)) this.#release(lane)
      else void this.#learn(lane, opened)
    }
  }

  /** Its messages are made. They may be more than there is room for. */
  made(lane: TopicLane, delivery: Delivery<unknown>, messages: readonly Message[], bytes: number): void {
    const call = this.#queues.get(lane)?.calls.get(delivery)
    if (!call) return
    const { memory } = this.#context
    const more = bytes - call.bytes
    try {
      if (more > 0) memory.check(more)
    } catch (error) {
      this.notMade(lane, delivery, asKafkaError(error, 'send'))
      return
    }
    memory.count(more)
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
    const waiting = [...this.#queues.keys()].map(lane => this.#fail(lane, error))
    for (const tell of [...waiting, this.#missing.failAll(error)]) tell()
  }

  /** Nobody waits any more: all fail. */
  close(error: KafkaError): void {
    this.#ending.abort()
    this.failAll(error)
  }

  get #clock(): Clock {
    return this.#context.client.settings.clock
  }

  /** Asks until the topic is known, its error is one that no waiting mends, or nobody waits any more. */
  async #learn(lane: TopicLane, queue: WaitingQueue): Promise<void> {
    const { topic } = lane
    const { metadata } = this.#context.client.router
    const isWaitedFor = (): boolean => this.#queues.get(lane) === queue
    try {
      await untilThere({
        ...this.#context,
        topic,
        abandoned: this.#ending.signal,
        isWaitedFor,
        advice: `messages for ${topic} wait until it is there; create it, or correct its name`,
        ask: () => metadata.of([topic]),
        missing: cluster => this.#absence(lane, cluster),
        failed: error => (queue.lastFailure = error),
      })
      if (isWaitedFor()) this.#release(lane)
    } catch (error) {
      if (isWaitedFor()) this.#fail(lane, asKafkaError(error, `metadata of ${topic}`))()
    }
  }

  #absence(lane: TopicLane, cluster: Cluster): KafkaError | undefined {
    if (lane.isKnown(cluster)) return undefined
    const { topic } = lane
    return brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, `metadata of ${topic}`)
  }

  #newQueue(lane: TopicLane): WaitingQueue {
    const calls = new PatientCalls<WaitingCall>({
      clock: this.#clock,
      patienceMs: patienceOf(this.#context.settings),
      tooLate: call => this.#tooLate(lane, call),
    })
    const queue = new WaitingQueue(calls, call => {
      const { partition } = call
      if (partition === undefined || lane.has(partition)) this.#place(lane, call)
      else this.#missing.add(lane, partition, call)
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
    if (queue.calls.isEmpty) this.#leave(lane)
    if (placed > 0) this.#context.released()
  }

  #leave(lane: TopicLane): void {
    this.#queues.delete(lane)
    this.#context.left(lane)
  }

  /** Takes out all who wait for the topic, to fail. */
  #fail(lane: TopicLane, error: KafkaError): Telling {
    const queue = this.#queues.get(lane)
    const calls = queue?.calls.empty() ?? []
    const cause = closedUnder(error, lane, queue?.lastFailure)
    this.#leave(lane)
    return () => {
      for (const call of calls) this.#refuse(call, cause)
    }
  }

  #refuse(call: WaitingCall, error: KafkaError): void {
    this.#context.refuse(call, error)
    this.#left(call)
  }

  #removed(lane: TopicLane, delivery: Delivery<unknown>): WaitingCall | undefined {
    const queue = this.#queues.get(lane)
    const call = queue?.calls.get(delivery)
    if (!queue || !call) return undefined
    queue.calls.remove(delivery)
    this.#left(call)
    return call
  }

  #left({ bytes, era }: WaitingCall): void {
    this.#context.memory.count(-bytes)
    this.#context.flushes.ended(era)
  }

  #tooLate(lane: TopicLane, { delivery }: WaitingCall): void {
    const { settings, client } = this.#context
    const queue = this.#queues.get(lane)
    const last = client.router.metadata.failure ?? queue?.lastFailure
    const isKnown = queue?.isOpen === true
    this.notMade(lane, delivery, isKnown ? this.#tooSlow(lane) : metadataTimeout(lane.topic, settings, last))
  }

  #tooSlow({ topic }: TopicLane): KafkaError {
    const { maxBlockMs, deliveryTimeoutMs } = this.#context.settings
    const name = deliveryTimeoutMs < maxBlockMs ? 'deliveryTimeoutMs' : 'maxBlockMs'
    const ms = patienceOf(this.#context.settings)
    const slow = new TimeoutError('call', ms, `serializer of ${topic}`, {
      told: `not done in ${name} (${ms})`,
    })
    return new SerializationError(topic, 'serializer', slow)
  }
}

const unknownTopicOrPartition = errorCode('UNKNOWN_TOPIC_OR_PARTITION')
