import {
  EmbeddedKafka,
  MemoryNetwork,
  seededRandom,
  VirtualClock,
  type BrokerEvent,
  type EmbeddedKafkaOptions,
} from '../../src/broker'
import { KafkaClient, type ClientOptions } from '../../src/client'
import { createMessage } from '../../src/client'

/** Embedded brokers in memory, and clients of them, all on virtual time. */
export class BrokerRig {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly events: BrokerEvent[] = []
  kafka!: EmbeddedKafka
  readonly #clients: KafkaClient[] = []

  static async start(options: EmbeddedKafkaOptions = {}): Promise<BrokerRig> {
    const rig = new BrokerRig()
    const { clock, network, events } = rig
    const own = {
      clock,
      network,
      random: seededRandom(7),
      onEvent: (event: BrokerEvent) => events.push(event),
    }
    rig.kafka = await EmbeddedKafka.start({ topics: { orders: {} }, ...own, ...options })
    return rig
  }

  client(options: ClientOptions = {}): KafkaClient {
    const { bootstrap, clientOptions } = this.kafka
    const client = new KafkaClient(bootstrap, { ...clientOptions, random: seededRandom(11), ...options })
    this.#clients.push(client)
    return client
  }

  /** Lets time pass until this is done, and answers how it ended; fails when it never does. */
  done<T>(work: PromiseLike<T>, limitMs?: number): Promise<T> {
    return this.clock.outcomeOf(work, limitMs)
  }

  /** The error that this ends with. */
  async failure(work: PromiseLike<unknown>, limitMs?: number): Promise<Error> {
    try {
      await this.done(work, limitMs)
    } catch (error) {
      return error as Error
    }
    throw new Error('it did not fail')
  }

  /** Appends one message by a single request that is never tried again. */
  produce(value: string, { client = this.client(), topic = 'orders', partition = 0, timeoutMs = 5000 } = {}) {
    const payload = { topic, partition, messages: [createMessage(value)] }
    return client.sendProduceRequest([payload], { timeoutMs, failOnError: false })
  }

  /** What is in the log. */
  values(topic = 'orders', partition?: number): readonly string[] {
    return this.kafka.messages(topic, partition).map(({ value }) => String(value))
  }

  async close(): Promise<void> {
    await this.done(Promise.all(this.#clients.map(client => client.stop())))
    await this.kafka.close()
  }
}
