import { codecs } from '../../../src/compression'
import { byTopic, seededRandom, VirtualClock } from '../../../src/kernel'
import { KafkaClient, type ClientOptions } from '../../../src/client'
import { MemoryNetwork } from '../../../src/network'
import { Apis, readBatches } from '../../../src/protocol'
import { ScriptedPeer, type PeerRequest, type Reply, type Served } from '../scripted-peer'
import { PartitionLog, type Appended } from './partition-log'

type ProduceRequest = PeerRequest<typeof Apis.Produce>
type ProduceReply = Reply<typeof Apis.Produce>

/** One partition of the cluster. What metadata tells of its leader may lag behind the truth. */
export interface ScriptedPartition {
  readonly log: PartitionLog
  leader: number
  epoch: number
  told: { leader: number; epoch: number }
}

/** What goes wrong with one Produce request. */
export interface Fault {
  /** Ms until the broker looks at it. */
  readonly delayMs?: number
  /** Answers every partition with this code, without writing. */
  readonly errorCode?: number
  /** Writes, and answers every partition with this code all the same. */
  readonly errorAfter?: number
  /** It is neither written nor answered. */
  readonly isLost?: boolean
  /** It is written and not answered. */
  readonly isSwallowed?: boolean
  /** The connections to the broker break: before it is written, or after. */
  readonly cut?: 'before' | 'after'
  /** Does something at the moment the request is looked at. */
  readonly act?: () => void
}

const notLeader = 6
const unknownTopic = 3

/** Brokers that take Produce requests into logs that they share, on virtual time; a test says what goes wrong. */
export class ProduceCluster {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly peers = new Map<number, ScriptedPeer>()
  readonly clients: KafkaClient[] = []
  /** Every Produce request in order of arrival, with the bytes of each of its batches. */
  readonly requests: {
    readonly broker: number
    readonly request: ProduceRequest
    readonly bytes: Buffer[]
  }[] = []
  /** Asked for each Produce request, with the bytes of its batches. */
  fault: (broker: number, index: number, bytes: number) => Fault | undefined = () => undefined
  nextProducerId = 1000n
  readonly #topics = new Map<string, ScriptedPartition[]>()
  readonly #freeAt = new Map<string, number>()

  /** Brokers 1 to `brokers`, each at `broker<id>:9092`. */
  static async start({ brokers = 1, serves }: { brokers?: number; serves?: readonly Served[] } = {}) {
    const cluster = new ProduceCluster()
    for (let id = 1; id <= brokers; id++) await cluster.#add(id, serves)
    return cluster
  }

  /** A topic whose partitions are led by the brokers in turn; of one that is there already, with the partitions that it lacks. */
  topic(name: string, partitions = 1): ScriptedPartition[] {
    const all = this.#topics.get(name) ?? []
    this.#topics.set(name, all)
    while (all.length < partitions) {
      const leader = 1 + (all.length % this.peers.size)
      all.push({ log: new PartitionLog(), leader, epoch: 0, told: { leader, epoch: 0 } })
    }
    return all
  }

  /** Another broker leads from now on; metadata tells it after `toldAfterMs`. */
  move(partition: ScriptedPartition, leader: number, toldAfterMs = 0): void {
    partition.leader = leader
    partition.epoch++
    const told = { leader, epoch: partition.epoch }
    const tell = (): void => {
      if (partition.told.epoch < told.epoch) partition.told = told
    }
    if (toldAfterMs === 0) tell()
    else this.clock.after(toldAfterMs, tell)
  }

  client(options: ClientOptions = {}): KafkaClient {
    const { clock, network } = this
    const hosts = [...this.peers.keys()].map(id => place(id))
    const client = new KafkaClient(hosts, {
      clock,
      dial: network.dial,
      lookup: network.lookup,
      random: seededRandom(1),
      ...options,
    })
    this.clients.push(client)
    return client
  }

  cut(broker: number): void {
    this.network.cut(place(broker))
  }

  /** Runs until this promise has ended. */
  async settled<T>(promise: PromiseLike<T>, limitMs?: number): Promise<T> {
    let isOver = false
    const end = (): void => void (isOver = true)
    promise.then(end, end)
    await this.clock.until(() => isOver, limitMs)
    return promise
  }

  /** The error that this promise ends with. */
  async failure(promise: PromiseLike<unknown>, limitMs?: number): Promise<unknown> {
    return this.settled(
      promise.then(
        value => new Error(`no failure but ${JSON.stringify(value)}`),
        (error: unknown) => error,
      ),
      limitMs,
    )
  }

  async #add(id: number, serves?: readonly Served[]): Promise<void> {
    const address = { host: `broker${id}`, port: 9092 }
    const { clock, network } = this
    const peer = await ScriptedPeer.start({
      listen: network.listen,
      address,
      clock,
      ...(serves && { serves }),
    })
    this.peers.set(id, peer)
    peer.on(Apis.Metadata, (request, reply) => {
      const names = request.body.topics?.map(({ name }) => name!) ?? []
      this.#inTurn(id, request, 0, () => reply(this.#metadata(names)))
    })
    peer.on(Apis.InitProducerId, (request, reply) =>
      this.#inTurn(id, request, 0, () =>
        reply({ errorCode: 0, producerId: this.nextProducerId++, producerEpoch: 0, throttleTimeMs: 0 }),
      ),
    )
    peer.on(Apis.Produce, (request, reply) => this.#produce(id, request, reply))
  }

  #metadata(names: readonly string[]) {
    const brokers = [...this.peers.keys()].map(nodeId => ({ nodeId, host: `broker${nodeId}`, port: 9092 }))
    const topics = names.map(name => ({
      name,
      errorCode: this.#topics.has(name) ? 0 : unknownTopic,
      partitions: (this.#topics.get(name) ?? []).map(({ told: { leader, epoch } }, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: leader,
        leaderEpoch: epoch,
        replicaNodes: [leader],
        isrNodes: [leader],
      })),
    }))
    return { brokers, topics, clusterId: 'scripted', controllerId: 1 }
  }

  #produce(broker: number, request: ProduceRequest, reply: ProduceReply): void {
    const parts = request.body.topicData.flatMap(({ name, partitionData }) =>
      partitionData.map(({ index, records }) => ({ name, index, bytes: Buffer.from(records!) })),
    )
    const size = parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const fault = this.fault(broker, this.requests.length, size) ?? {}
    this.requests.push({ broker, request, bytes: parts.map(({ bytes }) => bytes) })
    const answer = request.body.acks === 0 ? undefined : reply
    this.#inTurn(broker, request, fault.delayMs ?? 0, () => this.#handle(broker, parts, fault, answer))
    // Its place in the row is never given up, so nothing behind it is answered either.
    if (fault.isLost || fault.isSwallowed) this.#freeAt.set(rowOf(broker, request), Infinity)
  }

  /** One request of a connection at a time, as Kafka does; what was read is handled even if the connection breaks. */
  #inTurn(broker: number, request: PeerRequest, delayMs: number, task: () => void): void {
    const now = this.clock.monotonic()
    const row = rowOf(broker, request)
    const at = Math.max(now, this.#freeAt.get(row) ?? 0) + delayMs
    this.#freeAt.set(row, at)
    if (at === Infinity) return
    if (at > now) this.clock.after(at - now, task)
    else task()
  }

  #handle(
    broker: number,
    parts: readonly { readonly name: string; readonly index: number; readonly bytes: Buffer }[],
    { errorCode, errorAfter, isLost, isSwallowed, cut, act }: Fault,
    reply: ProduceReply | undefined,
  ): void {
    act?.()
    if (cut === 'before') this.cut(broker)
    if (isLost || cut === 'before') return
    const told = parts.map(part => {
      const appended = errorCode === undefined ? this.#append(broker, part) : { errorCode, baseOffset: -1n }
      const answer = errorAfter === undefined ? appended : { errorCode: errorAfter, baseOffset: -1n }
      return { topic: part.name, partition: part.index, answer }
    })
    const responses = [...byTopic(told)].map(([name, list]) => ({
      name,
      partitionResponses: list.map(({ partition: index, answer }) => ({ index, ...answer })),
    }))
    if (cut === 'after') this.cut(broker)
    else if (!isSwallowed) reply?.({ responses })
  }

  #append(broker: number, { name, index, bytes }: { name: string; index: number; bytes: Buffer }): Appended {
    const partition = this.#topics.get(name)?.[index]
    if (partition === undefined) return { errorCode: unknownTopic, baseOffset: -1n }
    if (partition.leader !== broker) return { errorCode: notLeader, baseOffset: -1n }
    const appended = [...readBatches(bytes, { topic: name, partition: index, codecs })].map(batch =>
      partition.log.append(batch),
    )
    return appended.find(({ errorCode }) => errorCode !== 0) ?? appended[0]!
  }
}

const place = (id: number): string => `broker${id}:9092`
const rowOf = (broker: number, { connection }: PeerRequest): string => `${broker}:${connection}`
