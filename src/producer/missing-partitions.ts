import { asKafkaError, type KafkaError } from '../kernel'
import type { ClientCore, Cluster } from '../client'
import type { Delivery } from '../deferred'
import { brokerError, errorCode } from '../protocol'
import { untilThere } from './metadata-wait'
import type { ProducerSettings } from './options'
import { closedUnder, metadataTimeout, patienceOf } from './out-of-time'
import type { Telling } from './outcomes'
import { PatientCalls } from './patient-calls'
import type { TopicLane } from './topic-lane'
import type { TopicTroubles } from './topic-troubles'
import type { ReadyCall } from './waiting-call'

interface MissingPartitionsContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly troubles: TopicTroubles
  readonly abandoned: AbortSignal
  /** The partition is there. */
  readonly place: (lane: TopicLane, call: ReadyCall) => void
  readonly refuse: (call: ReadyCall, error: KafkaError) => void
  /** Some who waited have been placed. */
  readonly released: () => void
}

/** The calls that wait for one partition, in call order, and why they do. */
interface Seekers {
  readonly calls: PatientCalls<ReadyCall>
  lastFailure: KafkaError | undefined
}

const unknownTopicOrPartition = errorCode('UNKNOWN_TOPIC_OR_PARTITION')

/**
 * Calls that ask for a partition which their topic does not have, or not yet: partitions may just have been added. They
 * wait apart, so that they hold up nobody else.
 */
export class MissingPartitions {
  readonly #context: MissingPartitionsContext
  readonly #waiting = new Map<TopicLane, Map<number, Seekers>>()

  constructor(context: MissingPartitionsContext) {
    this.#context = context
  }

  add(lane: TopicLane, partition: number, call: ReadyCall): void {
    const partitions = this.#waiting.get(lane) ?? this.#begin(lane)
    const seekers = partitions.get(partition)
    if (seekers) seekers.calls.add(call)
    else {
      const first = this.#newSeekers(lane, partition)
      first.calls.add(call)
      partitions.set(partition, first)
      void this.#seek(lane, partition, first)
    }
  }

  /** Takes one out. */
  remove(delivery: Delivery<unknown>): ReadyCall | undefined {
    for (const [lane, partitions] of this.#waiting)
      for (const [partition, { calls }] of partitions) {
        const call = calls.get(delivery)
        calls.remove(delivery)
        if (calls.isEmpty) this.#take(lane, partition)
        if (call) return call
      }
    return undefined
  }

  /** Takes all out, to fail. */
  failAll(error: KafkaError): Telling {
    const tellings = [...this.#waiting].flatMap(([lane, partitions]) =>
      [...partitions.keys()].map(partition => this.#fail(lane, partition, error)),
    )
    return () => {
      for (const tell of tellings) tell()
    }
  }

  /** Whoever sees that there are more partitions places who waits for them, before anybody who comes then. */
  #begin(lane: TopicLane): Map<number, Seekers> {
    const partitions = new Map<number, Seekers>()
    this.#waiting.set(lane, partitions)
    lane.whenLooked = () => this.#release(lane)
    return partitions
  }

  #newSeekers(lane: TopicLane, partition: number): Seekers {
    const { client, settings, refuse } = this.#context
    const calls = new PatientCalls<ReadyCall>({
      clock: client.settings.clock,
      patienceMs: patienceOf(settings),
      tooLate: ({ delivery }) => {
        const seekers = this.#waiting.get(lane)?.get(partition)
        const last = client.router.metadata.failure ?? seekers?.lastFailure
        const call = this.remove(delivery)
        if (call) refuse(call, metadataTimeout(lane.topic, settings, last))
      },
    })
    return { calls, lastFailure: undefined }
  }

  async #seek(lane: TopicLane, partition: number, seekers: Seekers): Promise<void> {
    const { topic } = lane
    const { metadata } = this.#context.client.router
    const isWaitedFor = (): boolean => this.#waiting.get(lane)?.get(partition) === seekers
    const missing = (cluster: Cluster): KafkaError | undefined => {
      // If it has come, those who wait are placed by this.
      lane.isKnown(cluster)
      return isWaitedFor() ? this.#absence(lane, partition, cluster) : undefined
    }
    try {
      await untilThere({
        ...this.#context,
        topic,
        isWaitedFor,
        missing,
        advice: `messages for ${topic}/${partition} wait for that partition`,
        ask: () => metadata.refresh([topic]),
        failed: error => (seekers.lastFailure = error),
      })
    } catch (error) {
      if (isWaitedFor()) this.#fail(lane, partition, asKafkaError(error, `metadata of ${topic}`))()
    }
  }

  #absence({ topic, partitions }: TopicLane, partition: number, cluster: Cluster): KafkaError {
    const code = cluster.topicErrors.get(topic) ?? unknownTopicOrPartition
    if (code !== unknownTopicOrPartition) return brokerError(code, `metadata of ${topic}`)
    const { length } = partitions
    const has = length === 1 ? 'has only partition 0' : `has ${length} partitions, 0 to ${length - 1}`
    const waited = `and no more came within ${this.#context.settings.maxBlockMs} ms (maxBlockMs)`
    const advice = 'add partitions to the topic, or send to one that it has'
    return brokerError(code, `send to ${topic}/${partition}: ${topic} ${has}, ${waited}; ${advice}`)
  }

  #release(lane: TopicLane): void {
    const there = [...(this.#waiting.get(lane)?.keys() ?? [])].filter(partition => lane.has(partition))
    for (const partition of there)
      for (const call of this.#take(lane, partition)) this.#context.place(lane, call)
    if (there.length > 0) this.#context.released()
  }

  /** Takes out all who wait for a partition, to fail. */
  #fail(lane: TopicLane, partition: number, error: KafkaError): Telling {
    const last = this.#waiting.get(lane)?.get(partition)?.lastFailure
    const cause = closedUnder(error, { topic: lane.topic, partition }, last)
    const calls = this.#take(lane, partition)
    return () => {
      for (const call of calls) this.#context.refuse(call, cause)
    }
  }

  /** Takes out all who wait for a partition. */
  #take(lane: TopicLane, partition: number): readonly ReadyCall[] {
    const partitions = this.#waiting.get(lane)
    const seekers = partitions?.get(partition)
    partitions?.delete(partition)
    if (partitions?.size === 0) {
      this.#waiting.delete(lane)
      lane.whenLooked = undefined
    }
    return seekers?.calls.empty() ?? []
  }
}
