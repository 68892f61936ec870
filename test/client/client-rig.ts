import { KafkaClient, type ClientEvent, type ClientOptions } from '../../src/client'
import { codecs } from '../../src/compression'
import type { Deferred } from '../../src/deferred'
import { seededRandom, VirtualClock, type BrokerError, type KafkaError } from '../../src/kernel'
import { MemoryNetwork } from '../../src/network'
import { Apis, encodeBatch, readBatches, type Api, type GivenResponseOf } from '../../src/protocol'
import { ScriptedPeer, type PeerRequest, type Served } from '../support/scripted-peer'

/** Who leads a partition, and since which election. */
export interface Led {
  leader: number
  epoch: number
}

export interface ModelTopic {
  id?: string
  errorCode?: number
  partitions: Led[]
}

/** One batch that a broker of the rig has taken. */
export interface Written {
  readonly broker: number
  readonly topic: string
  readonly partition: number
  readonly values: readonly string[]
}

type Outcome<T> = { readonly value: T } | { readonly error: KafkaError }

interface RigOptions {
  /** How many brokers: `b1:9092` with node id 1, and so on. */
  readonly brokers?: number
  /** Leaders of the partitions of each topic. */
  readonly topics?: Readonly<Record<string, readonly number[]>>
  readonly serves?: readonly Served[]
}

/**
 * A cluster of scripted peers in a network in memory, all on virtual time. They answer Metadata, FindCoordinator and
 * Produce from a model that a test changes as it likes; everything else is up to the test.
 */
export class ClientRig {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly events: ClientEvent[] = []
  readonly topics = new Map<string, ModelTopic>()
  /** Node ids that metadata lists. */
  readonly listed = new Set<number>()
  readonly written: Written[] = []
  /** Node id of the coordinator of everything. */
  coordinator = 1
  clusterId = 'cluster'
  readonly #peers = new Map<number, ScriptedPeer>()

  static async start({ brokers = 1, topics = {}, serves }: RigOptions = {}): Promise<ClientRig> {
    const rig = new ClientRig()
    for (const [name, leaders] of Object.entries(topics))
      rig.topics.set(name, { partitions: leaders.map(leader => ({ leader, epoch: 1 })) })
    for (let id = 1; id <= brokers; id++) await rig.addBroker(id, serves)
    return rig
  }

  /** One more broker, listed in metadata. */
  async addBroker(id: number, serves?: readonly Served[]): Promise<ScriptedPeer> {
    const { clock, network } = this
    const address = { host: `b${id}`, port: 9092 }
    const peer = await ScriptedPeer.start({
      listen: network.listen,
      address,
      clock,
      ...(serves && { serves }),
    })
    this.#peers.set(id, peer)
    this.listed.add(id)
    peer.on(Apis.Metadata, (request, reply) => reply(this.metadata(request)))
    peer.on(Apis.FindCoordinator, (request, reply) => reply(this.found(request)))
    peer.on(Apis.Produce, (request, reply) => {
      const answer = this.produced(id, request)
      if (request.body.acks !== 0) reply(answer)
    })
    return peer
  }

  peer(id: number): ScriptedPeer {
    return this.#peers.get(id)!
  }

  get peers(): readonly ScriptedPeer[] {
    return [...this.#peers.values()]
  }

  /** The requests of one API that came to any broker, in the order of their arrival at each. */
  of<A extends Api>(api: A): readonly PeerRequest<A>[] {
    return this.peers.flatMap(peer => peer.of(api))
  }

  client(options: ClientOptions = {}, hosts = 'b1:9092'): KafkaClient {
    const client = new KafkaClient(hosts, {
      clientId: 'tester',
      clock: this.clock,
      random: seededRandom(7),
      dial: this.network.dial,
      lookup: this.network.lookup,
      logger: () => undefined,
      ...options,
    })
    client.events$.subscribe({ next: event => this.events.push(event) })
    return client
  }

  /** This broker answers the next so many Produce requests with one code, and writes nothing then. */
  refuseProduce(broker: number, code: number, times = Infinity): void {
    let left = times
    this.peer(broker).on(Apis.Produce, (request, reply) =>
      reply(left-- > 0 ? refusal(request, code) : this.produced(broker, request)),
    )
  }

  /** Moves a partition to another leader. */
  lead(topic: string, partition: number, leader: number): void {
    const led = this.topics.get(topic)!.partitions[partition]!
    led.leader = leader
    led.epoch++
  }

  /** The value, once virtual time has brought it. */
  async result<T>(deferred: Deferred<T>): Promise<T> {
    const outcome = await this.#outcome(deferred)
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  /** The error, once virtual time has brought it. */
  async failure(deferred: Deferred<unknown>): Promise<KafkaError> {
    const outcome = await this.#outcome(deferred)
    if ('error' in outcome) return outcome.error
    throw new Error('there was no error')
  }

  /** Events of one type, in order. */
  told<T extends ClientEvent['type']>(type: T): readonly Extract<ClientEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ClientEvent, { type: T }> => event.type === type)
  }

  metadata({ body }: PeerRequest<typeof Apis.Metadata>): GivenResponseOf<typeof Apis.Metadata> {
    const names = body.topics === null ? [...this.topics.keys()] : body.topics.map(({ name }) => name!)
    return {
      throttleTimeMs: 0,
      brokers: [...this.listed].map(nodeId => ({ nodeId, host: `b${nodeId}`, port: 9092 })),
      clusterId: this.clusterId,
      controllerId: 1,
      topics: names.map(name => modelled(name, this.topics.get(name))),
      errorCode: 0,
    }
  }

  found({ body, version }: PeerRequest<typeof Apis.FindCoordinator>) {
    const node = { nodeId: this.coordinator, host: `b${this.coordinator}`, port: 9092, errorCode: 0 }
    if (version < 4) return { ...node, throttleTimeMs: 0, errorMessage: null, coordinators: [] }
    const [key] = body.coordinatorKeys
    return { throttleTimeMs: 0, coordinators: [{ ...node, key: key!, errorMessage: null }] }
  }

  /** Takes what this broker leads, and refuses the rest. */
  produced(broker: number, { body }: PeerRequest<typeof Apis.Produce>): GivenResponseOf<typeof Apis.Produce> {
    return {
      throttleTimeMs: 0,
      responses: body.topicData.map(({ name, partitionData }) => ({
        name,
        partitionResponses: partitionData.map(({ index, records }) => {
          const led = this.topics.get(name)?.partitions[index]
          if (led?.leader !== broker) return refused(index, led === undefined ? 3 : 6)
          const baseOffset = this.#append({
            broker,
            topic: name,
            partition: index,
            values: valuesIn(records!),
          })
          return { ...refused(index, 0), baseOffset }
        }),
      })),
    }
  }

  #append(batch: Written): number {
    const before = this.written.filter(
      ({ topic, partition }) => topic === batch.topic && partition === batch.partition,
    )
    this.written.push(batch)
    return before.reduce((sum, { values }) => sum + values.length, 0)
  }

  async #outcome<T>(deferred: Deferred<T>): Promise<Outcome<T>> {
    let outcome: Outcome<T> | undefined
    deferred.subscribe({
      next: value => (outcome = { value }),
      error: (error: KafkaError) => (outcome = { error }),
    })
    await this.clock.until(() => outcome !== undefined)
    return outcome!
  }
}

function modelled(name: string, topic: ModelTopic | undefined) {
  const { id, errorCode = 0, partitions } = topic ?? { errorCode: 3, partitions: [] }
  return {
    errorCode,
    name,
    ...(id === undefined ? {} : { topicId: id }),
    isInternal: false,
    partitions: partitions.map(({ leader, epoch }, partitionIndex) => ({
      errorCode: leader < 0 ? 5 : 0,
      partitionIndex,
      leaderId: leader,
      leaderEpoch: epoch,
      replicaNodes: [leader],
      isrNodes: [leader],
      offlineReplicas: [],
    })),
  }
}

function refusal(
  { body }: PeerRequest<typeof Apis.Produce>,
  code: number,
): GivenResponseOf<typeof Apis.Produce> {
  const responses = body.topicData.map(({ name, partitionData }) => ({
    name,
    partitionResponses: partitionData.map(({ index }) => refused(index, code)),
  }))
  return { responses, throttleTimeMs: 0 }
}

function refused(index: number, errorCode: number) {
  return { index, errorCode, baseOffset: -1 }
}

/** Kafka's name of the error, if there is one. */
export function reasonOf(error: KafkaError | null | undefined): string | undefined {
  return (error as BrokerError | null | undefined)?.reason
}

/** The values of a record batch, as text. */
export function valuesIn(records: Buffer): readonly string[] {
  const batches = readBatches(records, { topic: '', partition: 0, codecs, maxDecompressedBytes: 1 << 20 })
  return [...batches].flatMap(batch => [...batch.records(0n)].map(({ value }) => String(value)))
}

/** A record batch with these values from offset 0 on. */
export function batchOf(...values: readonly string[]): Buffer {
  return encodeBatch(
    values.map(value => ({ value })),
    { timestamp: 0 },
  )
}
