import type { EmbeddedKafkaOptions } from '../../../src/broker'
import type { ClientOptions, KafkaClient } from '../../../src/client'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../../src/producer'
import { BrokerRig } from '../../broker/broker-rig'

const commitMarker = 1

/** A transactional producer and the brokers it writes to, on virtual time. */
export class ProducingRig {
  readonly rig: BrokerRig
  readonly client: KafkaClient
  readonly producer: Producer
  readonly events: ProducerEvent[] = []

  constructor(rig: BrokerRig, client: KafkaClient, producer: Producer) {
    this.rig = rig
    this.client = client
    this.producer = producer
    producer.events$.subscribe({ next: event => this.events.push(event) })
  }

  static async start(
    options: EmbeddedKafkaOptions & {
      readonly producer?: ProducerOptions
      readonly client?: ClientOptions
    } = {},
  ): Promise<ProducingRig> {
    const { producer, client: clientOptions, ...broker } = options
    const rig = await BrokerRig.start({ topics: { orders: { partitions: 2 }, other: {} }, ...broker })
    const client = rig.client(clientOptions)
    return new ProducingRig(rig, client, new Producer(client, { transactionalId: 'copier', ...producer }))
  }

  get kafka() {
    return this.rig.kafka
  }

  /** Another instance of the same producer, with a client of its own. */
  another(options: ProducerOptions = {}): Producer {
    return new Producer(this.rig.client(), { transactionalId: 'copier', ...options })
  }

  done<T>(work: PromiseLike<T>, limitMs?: number): Promise<T> {
    return this.rig.done(work, limitMs)
  }

  failure(work: PromiseLike<unknown>, limitMs?: number): Promise<Error> {
    return this.rig.failure(work, limitMs)
  }

  /** What readers of committed messages see of a topic once all markers are there. */
  committed(topic = 'orders'): string[] {
    const partitions = this.kafka.topics.get(topic)!
    return Array.from({ length: partitions }, (_, index) => this.#committedIn(topic, index)).flat()
  }

  /** Lets time pass until no transaction goes on at the brokers. */
  settled(): Promise<void> {
    const isOver = (): boolean =>
      this.kafka.transactions().every(({ state }) => state === 'Empty' || state.startsWith('Complete'))
    return this.rig.clock.until(isOver)
  }

  async close(): Promise<void> {
    await this.rig.close()
  }

  #committedIn(topic: string, index: number): string[] {
    const open = new Map<bigint, string[]>()
    const seen: string[] = []
    for (const batch of this.kafka.partition(topic, index).batches) {
      const { producerId, isControl } = batch
      if (isControl) {
        const isCommit = batch.records()[0]!.key!.readInt16BE(2) === commitMarker
        if (isCommit) seen.push(...(open.get(producerId) ?? []))
        open.delete(producerId)
      } else {
        const values = batch.records().map(({ value }) => String(value))
        open.set(producerId, [...(open.get(producerId) ?? []), ...values])
      }
    }
    return seen
  }
}
