import {
  KafkaClient,
  VirtualClock,
  seededRandom,
  type Codec,
  type ClientOptions,
  type Message,
} from '../../src'
import { MemoryNetwork } from '../../src/network'
import { Apis, controlMessage, encodeBatch, type GivenResponseOf } from '../../src/protocol'
import { ScriptedPeer, type PeerRequest, type Reply } from '../support/scripted-peer'

type FetchReply = Reply<typeof Apis.Fetch>
type ToldPartition = GivenResponseOf<typeof Apis.Fetch>['responses'][number]['partitions'][number]
type AskedPartition = PeerRequest<typeof Apis.Fetch>['body']['topics'][number]['partitions'][number]

interface StoredBatch {
  readonly baseOffset: bigint
  readonly nextOffset: bigint
  readonly bytes: Buffer
}

interface Waiting {
  readonly node: number
  readonly request: PeerRequest<typeof Apis.Fetch>
  readonly reply: FetchReply
}

/** What is to be appended as one batch. */
export interface Append {
  readonly partition?: number
  readonly codec?: Codec
  readonly leaderEpoch?: number
  /** Offsets that the batch occupies beyond its messages, as compaction leaves them. */
  readonly gap?: number
  readonly producerId?: bigint
  readonly keyOf?: (value: string) => string
  /** A transaction's end instead of messages. */
  readonly control?: 'abort' | 'commit'
}

export const topic = 'orders'

/**
 * A cluster that serves one topic from memory, on scripted peers at `b1:9092`, `b2:9092` and so on, in virtual time:
 * whole batches from the one that contains the offset, long polls, one request at a time as a test may bend it.
 */
export class ServedLog {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly peers: ScriptedPeer[] = []
  readonly logs: StoredBatch[][] = []
  readonly leaders: number[] = []
  readonly epochs: number[] = []
  readonly committed = new Map<number, bigint>()
  /** Leader epoch that is told with every committed offset. */
  committedEpoch = -1
  /** Stored with them. */
  readonly metadata = new Map<number, string>()
  /** Aborted transactions told with every answer for partition 0. */
  aborted: readonly { producerId: bigint; firstOffset: bigint }[] = []
  /** They are told of as long as a fetch begins at or before this offset. */
  abortedUpTo: bigint | undefined
  /** Error code by partition that its next fetches are answered with. */
  readonly fetchErrors = new Map<number, number>()
  isTopicKnown = true
  readonly #waiting = new Set<Waiting>()

  static async start({ partitions = 1, brokers = 1 } = {}): Promise<ServedLog> {
    const served = new ServedLog()
    for (let partition = 0; partition < partitions; partition++) {
      served.logs.push([])
      served.leaders.push((partition % brokers) + 1)
      served.epochs.push(0)
    }
    for (let node = 1; node <= brokers; node++) await served.#listen(node)
    return served
  }

  client(options: ClientOptions = {}): KafkaClient {
    const { clock, network } = this
    const { dial, lookup } = network
    return new KafkaClient('b1', { clock, dial, lookup, random: seededRandom(1), ...options })
  }

  /** Writes one batch with these values. Answers its first offset. */
  append(values: readonly string[], { keyOf, ...options }: Append = {}): bigint {
    return this.appendMessages(
      values.map(value => ({ value, key: keyOf?.(value) ?? null })),
      options,
    )
  }

  /** Writes one batch of these messages. Answers its first offset. */
  appendMessages(given: readonly Message[], options: Omit<Append, 'keyOf'> = {}): bigint {
    const {
      partition = 0,
      codec,
      gap = 0,
      producerId,
      control,
      leaderEpoch = this.epochs[partition]!,
    } = options
    const log = this.logs[partition]!
    const baseOffset = log.at(-1)?.nextOffset ?? 0n
    const messages = control ? [controlMessage(control, 0)] : given
    const bytes = encodeBatch(messages, {
      timestamp: this.clock.now(),
      codec,
      control: control !== undefined,
      ...(producerId === undefined
        ? {}
        : { producerId, producerEpoch: 0, baseSequence: 0, transactional: true }),
    })
    bytes.writeBigInt64BE(baseOffset, 0)
    bytes.writeInt32BE(leaderEpoch, 12)
    log.push({ baseOffset, nextOffset: baseOffset + BigInt(messages.length + gap), bytes })
    this.#answerWaiting()
    return baseOffset
  }

  /** Removes batches before an offset, as retention does. */
  truncateBefore(offset: bigint, partition = 0): void {
    this.logs[partition] = this.logs[partition]!.filter(batch => batch.nextOffset > offset)
  }

  /** Batches from an offset on are lost, as in an unclean election; the next leader has them not. */
  truncateFrom(offset: bigint, partition = 0): void {
    this.logs[partition] = this.logs[partition]!.filter(batch => batch.nextOffset <= offset)
  }

  /** Another broker leads from now on; the old one says so when it is asked. */
  moveLeader(partition: number, node: number): void {
    this.leaders[partition] = node
    this.epochs[partition]!++
    this.#answerWaiting()
  }

  /** All fetches that came, from every broker. */
  get fetches(): readonly PeerRequest<typeof Apis.Fetch>[] {
    return this.peers.flatMap(peer => [...peer.of(Apis.Fetch)]).sort((a, b) => a.at - b.at)
  }

  async #listen(node: number): Promise<void> {
    const { clock, network } = this
    const peer = await ScriptedPeer.start({
      listen: network.listen,
      address: { host: `b${node}`, port: 9092 },
      clock,
    })
    this.peers.push(peer)
    peer.on(Apis.Metadata, (_, reply) => reply(this.#metadata()))
    peer.on(Apis.FindCoordinator, ({ body }, reply) =>
      reply({
        coordinators: body.coordinatorKeys.map(key => ({
          key,
          nodeId: 1,
          host: 'b1',
          port: 9092,
          errorCode: 0,
          errorMessage: null,
        })),
      }),
    )
    peer.on(Apis.ListOffsets, ({ body }, reply) => reply(this.#offsets(body)))
    peer.on(Apis.OffsetForLeaderEpoch, ({ body }, reply) => reply(this.#epochEnds(node, body)))
    peer.on(Apis.OffsetFetch, ({ body }, reply) => reply(this.#stored(body)))
    peer.on(Apis.OffsetCommit, ({ body }, reply) => reply(this.#commit(body)))
    peer.on(Apis.Fetch, (request, reply) => this.#fetch({ node, request, reply }))
  }

  #metadata(): GivenResponseOf<typeof Apis.Metadata> {
    const partitions = this.logs.map((_, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: this.leaders[partitionIndex]!,
      leaderEpoch: this.epochs[partitionIndex]!,
      replicaNodes: [],
      isrNodes: [],
    }))
    return {
      brokers: this.peers.map((_, i) => ({ nodeId: i + 1, host: `b${i + 1}`, port: 9092 })),
      controllerId: 1,
      topics: [
        this.isTopicKnown
          ? { errorCode: 0, name: topic, partitions }
          : { errorCode: 3, name: topic, partitions: [] },
      ],
    }
  }

  #offsets(body: PeerRequest<typeof Apis.ListOffsets>['body']): GivenResponseOf<typeof Apis.ListOffsets> {
    return {
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => ({
          partitionIndex,
          errorCode: 0,
          offset: `${timestamp}` === '-2' ? this.#start(partitionIndex) : this.#end(partitionIndex),
        })),
      })),
    }
  }

  #epochEnds(
    node: number,
    { topics }: PeerRequest<typeof Apis.OffsetForLeaderEpoch>['body'],
  ): GivenResponseOf<typeof Apis.OffsetForLeaderEpoch> {
    return {
      topics: topics.map(({ topic: name, partitions }) => ({
        topic: name,
        partitions: partitions.map(({ partition, leaderEpoch }) => ({
          partition,
          ...(node === this.leaders[partition]
            ? { errorCode: 0, ...this.#epochEnd(partition, leaderEpoch) }
            : { errorCode: 6 }),
        })),
      })),
    }
  }

  /** As Kafka answers it, were a leader without a batch one that never was. */
  #epochEnd(partition: number, epoch: number): { leaderEpoch: number; endOffset: bigint } {
    const epochs = this.logs[partition]!.map(({ bytes }) => bytes.readInt32BE(12))
    const above = epochs.findIndex(one => one > epoch)
    if (above < 0) return { leaderEpoch: epoch, endOffset: this.#end(partition) }
    return { leaderEpoch: epochs[above - 1] ?? epoch, endOffset: this.logs[partition]![above]!.baseOffset }
  }

  #stored(body: PeerRequest<typeof Apis.OffsetFetch>['body']): GivenResponseOf<typeof Apis.OffsetFetch> {
    return {
      groups: body.groups.map(({ groupId, topics }) => ({
        groupId,
        topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map(partitionIndex => ({
            partitionIndex,
            committedOffset: this.committed.get(partitionIndex) ?? -1n,
            committedLeaderEpoch: this.committedEpoch,
            metadata: this.metadata.get(partitionIndex) ?? '',
            errorCode: 0,
          })),
        })),
      })),
    }
  }

  #commit(body: PeerRequest<typeof Apis.OffsetCommit>['body']): GivenResponseOf<typeof Apis.OffsetCommit> {
    return {
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, committedOffset, committedMetadata }) => {
          this.metadata.set(partitionIndex, committedMetadata ?? '')
          this.committed.set(partitionIndex, BigInt(committedOffset.toString()))
          return { partitionIndex, errorCode: 0 }
        }),
      })),
    }
  }

  #fetch(waiting: Waiting): void {
    if (this.#answer(waiting)) return
    this.#waiting.add(waiting)
    this.clock.after(waiting.request.body.maxWaitMs, () => {
      if (this.#waiting.delete(waiting)) this.#answer(waiting, true)
    })
  }

  #answerWaiting(): void {
    for (const waiting of this.#waiting) if (this.#answer(waiting)) this.#waiting.delete(waiting)
  }

  /** False when there is nothing to say yet. */
  #answer({ node, request, reply }: Waiting, isDue = false): boolean {
    const { topics, maxBytes } = request.body
    let left = maxBytes
    const responses = topics.map(({ topic: name, partitions }) => ({
      topic: name,
      partitions: partitions.map(asked => {
        const told = this.#tell(node, asked, left, left === maxBytes)
        left -= told.records?.length ?? 0
        return told
      }),
    }))
    const isNews = responses.some(({ partitions }) =>
      partitions.some(({ errorCode, records }) => errorCode !== 0 || (records?.length ?? 0) > 0),
    )
    if (isNews || isDue) reply({ responses })
    return isNews || isDue
  }

  #tell(node: number, asked: AskedPartition, left: number, isFirst: boolean): ToldPartition {
    const partitionIndex = asked.partition
    const offset = BigInt(asked.fetchOffset.toString())
    const blank = {
      partitionIndex,
      highWatermark: this.#end(partitionIndex),
      abortedTransactions: null,
      records: null,
    }
    const currentLeader = {
      leaderId: this.leaders[partitionIndex]!,
      leaderEpoch: this.epochs[partitionIndex]!,
    }
    const error = this.fetchErrors.get(partitionIndex)
    if (error !== undefined) return { ...blank, errorCode: error }
    if (node !== this.leaders[partitionIndex]) return { ...blank, errorCode: 6, currentLeader }
    if (offset < this.#start(partitionIndex) || offset > this.#end(partitionIndex))
      return { ...blank, errorCode: 1 }
    const records = this.#records(partitionIndex, offset, Math.min(left, asked.partitionMaxBytes), isFirst)
    return { ...blank, errorCode: 0, records, abortedTransactions: this.#abortedFrom(offset) }
  }

  #abortedFrom(offset: bigint) {
    return this.abortedUpTo === undefined || offset <= this.abortedUpTo ? [...this.aborted] : []
  }

  /** Whole batches up to a limit; the first one of an answer is given however large it is. */
  #records(partition: number, offset: bigint, maxBytes: number, isFirst: boolean): Buffer {
    const chosen: Buffer[] = []
    let size = 0
    for (const { nextOffset, bytes } of this.logs[partition]!) {
      if (nextOffset <= offset) continue
      if (size + bytes.length > maxBytes && !(isFirst && chosen.length === 0)) break
      chosen.push(bytes)
      size += bytes.length
    }
    return Buffer.concat(chosen)
  }

  #start(partition: number): bigint {
    return this.logs[partition]![0]?.baseOffset ?? 0n
  }

  #end(partition: number): bigint {
    return this.logs[partition]!.at(-1)?.nextOffset ?? 0n
  }
}
