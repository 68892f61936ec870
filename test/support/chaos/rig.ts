import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, type EmbeddedKafkaOptions } from '../../../src/broker'
import { KafkaClient, type ClientOptions } from '../../../src/client'
import type { Delivery } from '../../../src/deferred'
import { seededRandom, VirtualClock } from '../../../src/kernel'
import { Producer, type ProducerOptions, type Receipt } from '../../../src/producer'
import { Apis } from '../../../src/protocol'
import { faultsOf, Ledger, type Account, type LedgerRules } from '../ledger'

interface RigOptions {
  readonly kafka?: EmbeddedKafkaOptions
  readonly client?: ClientOptions
  readonly producer?: ProducerOptions
  readonly latencyMs?: number
}

const limitMs = 3_600_000
const resourceOfTopic = 2
const setConfig = 0

/** A producer whose every call is in a ledger, on embedded brokers and virtual time. */
export class ChaosRig {
  readonly ledger = new Ledger()
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly kafka: EmbeddedKafka
  readonly client: KafkaClient
  readonly producer: Producer

  /** With the topic `orders` of one partition, unless said otherwise. */
  static async start({
    kafka,
    client = {},
    producer = {},
    latencyMs = 1,
  }: RigOptions = {}): Promise<ChaosRig> {
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock, { latencyMs })
    const started = await EmbeddedKafka.start({
      network,
      topics: { orders: {} },
      random: seededRandom(1),
      ...kafka,
    })
    return new ChaosRig(clock, network, started, { client, producer })
  }

  private constructor(
    clock: VirtualClock,
    network: MemoryNetwork,
    kafka: EmbeddedKafka,
    { client, producer }: { client: ClientOptions; producer: ProducerOptions },
  ) {
    this.clock = clock
    this.network = network
    this.kafka = kafka
    this.client = new KafkaClient(kafka.bootstrap, {
      ...kafka.clientOptions,
      random: seededRandom(2),
      ...client,
    })
    this.producer = new Producer(this.client, producer)
  }

  /** One message. */
  send(partition = 0, { topic = 'orders', bytes = 0 } = {}): Delivery<Receipt> {
    const entry = this.ledger.enter(topic, partition, 1, bytes)
    const delivery = this.producer.send({ topic, partition, value: entry.values[0]! })
    this.ledger.watch(entry, delivery)
    return delivery
  }

  /** So many messages, each in a turn of its own. */
  async sendApart(
    count: number,
    partition = 0,
    options: { topic?: string; bytes?: number } = {},
  ): Promise<Delivery<Receipt>[]> {
    const sent: Delivery<Receipt>[] = []
    for (let left = count; left > 0; left--) {
      sent.push(this.send(partition, options))
      await this.clock.advance(1)
    }
    return sent
  }

  outcomeOf<T>(work: PromiseLike<T>): Promise<T> {
    return this.clock.outcomeOf(work, limitMs)
  }

  /** The error that this ends with. */
  failureOf(work: PromiseLike<unknown>): Promise<unknown> {
    return this.outcomeOf(
      work.then(
        () => assert.unreachable('it did not fail'),
        (error: unknown) => error,
      ),
    )
  }

  /** Brokers take no larger batches of the topic from now on. */
  async limit(bytes: number): Promise<void> {
    const configs = [{ name: 'max.message.bytes', configOperation: setConfig, value: String(bytes) }]
    const resources = [{ resourceType: resourceOfTopic, resourceName: 'orders', configs }]
    await this.outcomeOf(
      this.client.request(Apis.IncrementalAlterConfigs, { resources, validateOnly: false }),
    )
  }

  /** Ends everything, reads the logs and holds the ledger against them. */
  async end(rules?: LedgerRules): Promise<Account> {
    await this.outcomeOf(this.client.close())
    await this.clock.advance(60_000)
    this.readAll()
    await this.outcomeOf(this.kafka.close())
    assert.is(this.clock.pending, 0)
    const account = this.ledger.account()
    const wrong = faultsOf(account, rules)
    assert.is(wrong.length, 0, wrong.join('; '))
    return account
  }

  readAll(): void {
    for (const [topic, count] of this.kafka.topics)
      for (let partition = 0; partition < count; partition++)
        for (const { value, offset } of this.kafka.partition(topic, partition).messages)
          this.ledger.read(topic, partition, String(value), offset)
  }
}
