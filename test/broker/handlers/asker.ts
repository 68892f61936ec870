import { BrokerRig } from '../broker-rig'
import type { BrokerEndpoint, EmbeddedKafkaOptions } from '../../../src/broker'
import type { Wire } from '../../../src/network'
import { Apis, decodeResponse, encodeRequest } from '../../../src/protocol'
import type { Api, RequestOf, ResponseOf } from '../../../src/protocol'

/** One connection to a broker in memory, that asks in the version that it is told. */
export class Asker {
  readonly #rig: BrokerRig
  readonly #broker: BrokerEndpoint
  readonly #answers = new Map<number, Buffer>()
  readonly #wire: Wire
  #received = Buffer.alloc(0)
  #isOpen = false
  #isClosed = false
  #last = 0

  /** A connection to the coordinator of the group. */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<Asker> {
    const topics = { orders: { partitions: 2 } }
    const first = new Asker(await BrokerRig.start({ topics, config: noDelay, ...options }))
    return first.another(await first.coordinator())
  }

  constructor(rig: BrokerRig, broker: BrokerEndpoint = rig.kafka.brokers[0]!) {
    this.#rig = rig
    this.#broker = broker
    const { host, port } = broker
    this.#wire = rig.network.dial(
      { host, port, address: host },
      {
        open: () => (this.#isOpen = true),
        data: bytes => this.#take(bytes),
        close: () => (this.#isClosed = true),
      },
    )
  }

  get rig(): BrokerRig {
    return this.#rig
  }

  /** The broker that coordinates the group; asking for it makes brokers ready for groups. */
  async coordinator(): Promise<BrokerEndpoint> {
    const question = { key: groupId, keyType: 0, coordinatorKeys: [] }
    let nodeId = -1
    while (nodeId < 0) {
      await this.#rig.clock.advance(10)
      nodeId = (await this.ask(Apis.FindCoordinator, 2, question)).nodeId
    }
    return this.#rig.kafka.brokers.find(({ id }) => id === nodeId)!
  }

  /** A connection to a broker that does not coordinate the group. */
  stranger(): Asker {
    return this.another(this.#rig.kafka.brokers.find(({ id }) => id !== this.#broker.id))
  }

  /** One more connection, to another broker if told so. */
  another(broker: BrokerEndpoint = this.#broker): Asker {
    return new Asker(this.#rig, broker)
  }

  /** The answer; an error when the broker closes the connection instead. */
  async ask<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<ResponseOf<A>> {
    const correlationId = await this.send(api, version, body)
    await this.#rig.clock.until(() => this.#isClosed || this.#answers.has(correlationId))
    const answer = this.#answers.get(correlationId)
    if (answer === undefined) throw new Error(`${api.name} v${version} is not answered`)
    return decodeResponse(api, version, answer)
  }

  /** Sends a request whose answer nobody waits for. */
  async send<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<number> {
    const correlationId = ++this.#last
    await this.#rig.clock.until(() => this.#isOpen)
    this.#wire.write(encodeRequest({ api, version, correlationId, clientId: 'asker', body }))
    return correlationId
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0)
      if (this.#received.length < end) return
      const frame = this.#received.subarray(4, end)
      this.#answers.set(frame.readInt32BE(0), frame)
      this.#received = this.#received.subarray(end)
    }
  }
}

export const groupId = 'billing'
const noDelay = { 'group.initial.rebalance.delay.ms': 0 }
