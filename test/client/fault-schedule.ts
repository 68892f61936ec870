import type { KafkaClient, ProduceResponse } from '../../src/client'
import type { Deferred } from '../../src/deferred'
import { seededRandom, type KafkaError, type Random } from '../../src/kernel'
import { Apis, type Api, type GivenResponseOf } from '../../src/protocol'
import type { Handler, PeerRequest, Reply } from '../support/scripted-peer'
import { ClientRig } from './client-rig'

const { Fetch, FindCoordinator, ListOffsets, Metadata, OffsetCommit, Produce } = Apis
const brokers = [1, 2, 3]
const partitions = [0, 1, 2]
const topic = 'orders'

/** A payload that was given to the client, and what became of it. */
export interface Fate {
  readonly value: string
  readonly partition: number
  readonly response: ProduceResponse
}

/**
 * One run of a client against a small cluster in which things go wrong by chance: connections are cut, refused, held
 * or ignored, answers are late, lost or never come, leaders and coordinators move, brokers leave and return. The same
 * seed gives the same run.
 */
export class FaultSchedule {
  readonly rig: ClientRig
  readonly client: KafkaClient
  readonly fates: Fate[] = []
  readonly ended: string[] = []
  begun = 0
  readonly #random: Random
  /** Connections whose broker answers no more, by broker and index. */
  readonly #muted = new Set<string>()
  /** When the last answer on a connection leaves: a broker answers in order. */
  readonly #busyUntil = new Map<string, number>()

  static async start(seed: number): Promise<FaultSchedule> {
    const random = seededRandom(seed)
    const rig = await ClientRig.start({ brokers: brokers.length, topics: { [topic]: [1, 2, 3] } })
    return new FaultSchedule(rig, random)
  }

  private constructor(rig: ClientRig, random: Random) {
    this.rig = rig
    this.#random = random
    this.client = rig.client(
      { random, requestTimeoutMs: 1500, connectTimeoutMs: 1000, timeoutMs: 6000 },
      'b1,b2,b3',
    )
    for (const broker of brokers) this.#serve(broker)
  }

  /** Calls and faults, one after another with a little time between. */
  async play(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if (this.#chance(0.6)) this.#call()
      else this.#fault()
      await this.rig.clock.advance(this.#below(4) === 0 ? this.#below(1500) : this.#below(60))
    }
  }

  /** Everything is well again, and there is time for every deadline to pass. */
  async heal(): Promise<void> {
    for (const broker of brokers) this.rig.network.heal(placeOf(broker))
    for (const broker of brokers) this.rig.listed.add(broker)
    await this.rig.clock.advance(60_000)
  }

  #call(): void {
    const { client } = this
    const partition = this.#pick(partitions)
    const timeoutMs = this.#pick([300, 2000, 6000])
    const kind = this.#below(10)
    if (kind < 6) this.#produce(timeoutMs)
    else if (kind === 6)
      this.#watch('fetch', client.sendFetchRequest([{ topic, partition, offset: 0 }], { timeoutMs }))
    else if (kind === 7)
      this.#watch('offsets', client.sendOffsetRequest([{ topic, partition }], { timeoutMs }))
    else if (kind === 8)
      this.#watch(
        'commit',
        client.sendOffsetCommitRequest('g', [{ topic, partition, offset: 1 }], { timeoutMs }),
      )
    else this.#watch('metadata', client.loadMetadataForTopics(topic))
  }

  #produce(timeoutMs: number): void {
    const payloads = Array.from({ length: 1 + this.#below(4) }, (_, i) => ({
      topic,
      partition: this.#pick(partitions),
      messages: [`${this.begun}.${i}`],
    }))
    const call = this.client.sendProduceRequest(payloads, { timeoutMs, ackTimeoutMs: 0, failOnError: false })
    this.#watch('produce', call, responses =>
      responses.forEach((response, i) => {
        const { partition, messages } = payloads[i]!
        this.fates.push({ value: messages[0]!, partition, response })
      }),
    )
  }

  #watch<T>(what: string, call: Deferred<T>, took: (value: T) => void = () => undefined): void {
    this.begun++
    const subscription = call.subscribe({
      next: value => {
        took(value)
        this.ended.push(what)
      },
      error: (error: KafkaError) => this.ended.push(`${what}: ${error.kind}`),
    })
    // Some leave before the end; then it is the Deferred itself that must come to one.
    if (what === 'produce' || !this.#chance(0.2)) return
    this.rig.clock.after(this.#below(400), () => {
      if (subscription.closed) return
      subscription.unsubscribe()
      call.subscribe({ next: () => this.ended.push(what), error: () => this.ended.push(what) })
    })
  }

  #fault(): void {
    const { network, listed } = this.rig
    const broker = this.#pick(brokers)
    const place = placeOf(broker)
    const faults = [
      () => network.cut(place),
      () => network.refuse(place),
      () => network.ignore(place),
      () => network.hold(place),
      () => network.heal(place),
      () => network.heal(place),
      () => this.rig.lead(topic, this.#pick(partitions), broker),
      () => this.rig.lead(topic, this.#pick(partitions), broker),
      () => (this.rig.coordinator = broker),
      () => (listed.size > 1 ? listed.delete(broker) : listed.add(broker)),
      () => listed.add(broker),
    ]
    this.#pick(faults)()
  }

  #serve(broker: number): void {
    const { rig } = this
    this.#on(broker, Metadata, request => rig.metadata(request))
    this.#on(broker, FindCoordinator, request => rig.found(request))
    this.#on(broker, Produce, request => rig.produced(broker, request))
    this.#on(broker, Fetch, request => fetched(request, partition => this.#codeAt(broker, partition)))
    this.#on(broker, ListOffsets, request => listed(request, partition => this.#codeAt(broker, partition)))
    this.#on(broker, OffsetCommit, request => committed(request, rig.coordinator === broker ? 0 : 16))
  }

  #codeAt(broker: number, partition: number): number {
    return this.rig.topics.get(topic)!.partitions[partition]!.leader === broker ? 0 : 6
  }

  /** Mostly answers; now and then late, not at all, or by closing before or after the work is done. */
  #on<A extends Api>(broker: number, api: A, answer: (request: PeerRequest<A>) => GivenResponseOf<A>): void {
    const handle: Handler<A> = (request, reply) => {
      const connection = `${broker} ${request.connection}`
      if (this.#muted.has(connection)) return
      const fate = this.#below(40)
      if (fate === 0) this.#muted.add(connection)
      if (fate === 1) reply.close()
      if (fate < 2) return
      const body = answer(request)
      if (fate === 2) reply.close()
      else this.#answer(connection, reply, body, fate < 8 ? this.#below(800) : 0)
    }
    this.rig.peer(broker).on(api, handle)
  }

  #answer<A extends Api>(connection: string, reply: Reply<A>, body: GivenResponseOf<A>, ms: number): void {
    const { clock } = this.rig
    const at = Math.max(this.#busyUntil.get(connection) ?? 0, clock.now() + ms)
    this.#busyUntil.set(connection, at)
    clock.after(at - clock.now(), () => reply(body))
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!
  }
}

const placeOf = (broker: number) => `b${broker}:9092`

function fetched({ body }: PeerRequest<typeof Fetch>, code: (partition: number) => number) {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    sessionId: 0,
    responses: body.topics.map(told => ({
      topic: told.topic,
      partitions: told.partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode: code(partition),
        highWatermark: 0,
        abortedTransactions: null,
        records: null,
      })),
    })),
  }
}

function listed({ body }: PeerRequest<typeof ListOffsets>, code: (partition: number) => number) {
  return {
    throttleTimeMs: 0,
    topics: body.topics.map(told => ({
      name: told.name,
      partitions: told.partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: code(partitionIndex),
        offset: 0,
        timestamp: -1,
      })),
    })),
  }
}

function committed({ body }: PeerRequest<typeof OffsetCommit>, errorCode: number) {
  return {
    throttleTimeMs: 0,
    topics: body.topics.map(({ name, partitions: list }) => ({
      name,
      partitions: list.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }
}
