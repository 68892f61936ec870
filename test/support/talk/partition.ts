import type { Long } from '../../../src/kernel'
import { Apis, readBatches, type RecordBatch, type RequestOf, type ResponseOf } from '../../../src/protocol'
import { codecs } from '../../../src/compression'
import type { ContractContext } from '../contract'
import type { RawConnection } from '../wire'
import { newTopic, type Configs } from './new-topic'
import { errorName } from './error-name'
import { eventually } from './eventually'
import { topicsOf } from './metadata'
import type { Talk } from './talk'

const { Fetch, ListOffsets, Produce } = Apis

type FetchRequest = RequestOf<typeof Fetch>
type AskedPartition = FetchRequest['topics'][number]['partitions'][number]

export type Produced = ResponseOf<typeof Produce>['responses'][number]['partitionResponses'][number]
export type Fetched = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]
export type ListedOffset = ResponseOf<typeof ListOffsets>['topics'][number]['partitions'][number]

/** Where and in which version to ask; default the leader, on the connection that the case shares. */
export interface Asking {
  readonly version?: number
  readonly on?: RawConnection
}

export interface ProduceOptions extends Asking, Partial<Omit<RequestOf<typeof Produce>, 'topicData'>> {}

export interface FetchOptions extends Asking, Partial<Omit<FetchRequest, 'topics'>> {
  readonly of?: Partial<AskedPartition>
}

/** The versions that are asked in unless a case says another: all releases from 2.8 on have them. */
export const usual = { Produce: 9, Fetch: 12, ListOffsets: 6, Metadata: 10 } as const

/** One partition, written and read request by request. */
export class Partition {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  /** Node id of the broker that led when it was looked at. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly #talk: Talk

  private constructor(
    talk: Talk,
    where: Pick<Partition, 'topic' | 'topicId' | 'index' | 'leader' | 'leaderEpoch'>,
  ) {
    this.#talk = talk
    this.topic = where.topic
    this.topicId = where.topicId
    this.index = where.index
    this.leader = where.leader
    this.leaderEpoch = where.leaderEpoch
  }

  /** The only partition of a topic that no other case knows. */
  static async of(talk: Talk, context: ContractContext, configs: Configs = {}): Promise<Partition> {
    const [partition] = await Partition.several(talk, context, 1, configs)
    return partition!
  }

  /** All partitions of such a topic. */
  static async several(
    talk: Talk,
    context: ContractContext,
    count: number,
    configs: Configs = {},
  ): Promise<Partition[]> {
    const topic = await newTopic(talk, context, count, configs)
    return Promise.all(Array.from({ length: count }, (_, index) => Partition.find(talk, topic, index)))
  }

  /** This partition as the first broker knows it, once its leader serves it. */
  static async find(talk: Talk, topic: string, index = 0): Promise<Partition> {
    const look = async () => {
      const [told] = await topicsOf(talk, usual.Metadata, [{ name: topic }])
      const { leaderId = -1, leaderEpoch = -1 } =
        told?.partitions.find(({ partitionIndex }) => partitionIndex === index) ?? {}
      return new Partition(talk, { topic, topicId: told!.topicId, index, leader: leaderId, leaderEpoch })
    }
    const known = await eventually(look, ({ leader }) => leader >= 0)
    await eventually(
      () => known.listOffset(-1),
      listed => errorName(listed) === 'NONE',
    )
    return known
  }

  /** The connection to the leader that all questions of the case share. */
  get connection(): RawConnection {
    return this.#talk.broker(this.leader)
  }

  /** What one Produce request with these bytes is answered. */
  async produce(records: Buffer | null, options: ProduceOptions = {}): Promise<Produced> {
    const { version = usual.Produce, on = this.connection } = options
    const answer = await on.request(Produce, version, this.produceRequest(records, options))
    return answer.responses[0]!.partitionResponses[0]!
  }

  produceRequest(records: Buffer | null, options: ProduceOptions = {}): RequestOf<typeof Produce> {
    const { version: _, on: __, ...rest } = options
    const { topic: name, topicId, index } = this
    return {
      acks: -1,
      timeoutMs: 5000,
      topicData: [{ name, topicId, partitionData: [{ index, records }] }],
      ...rest,
    }
  }

  /** What one Fetch request is answered for this partition. It waits for nothing unless told so. */
  async fetch(fetchOffset: number | bigint | Long, options: FetchOptions = {}): Promise<Fetched> {
    const { version = usual.Fetch, on = this.connection } = options
    const answer = await on.request(Fetch, version, this.fetchRequest(fetchOffset, options))
    const [topic] = answer.responses
    if (!topic)
      throw new Error(`Fetch v${version} of ${this.topic}: nothing of it, error ${errorName(answer)}`)
    return topic.partitions[0]!
  }

  fetchRequest(fetchOffset: number | bigint | Long, options: FetchOptions = {}): FetchRequest {
    const { version: _, on: __, of, ...rest } = options
    const { topic, topicId, index: partition } = this
    const asked = { partition, fetchOffset, partitionMaxBytes: 1_048_576, ...of }
    return {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic, topicId, partitions: [asked] }],
      ...rest,
    }
  }

  /** What one ListOffsets request is answered: -1 is the latest, -2 the earliest. */
  async listOffset(
    timestamp: number | bigint,
    { version = usual.ListOffsets, on = this.connection, epoch, isolationLevel }: ListOptions = {},
  ): Promise<ListedOffset> {
    const asked = {
      partitionIndex: this.index,
      timestamp,
      ...(epoch !== undefined && { currentLeaderEpoch: epoch }),
    }
    const answer = await on.request(ListOffsets, version, {
      replicaId: -1,
      ...(isolationLevel !== undefined && { isolationLevel }),
      topics: [{ name: this.topic, partitions: [asked] }],
    })
    return answer.topics[0]!.partitions[0]!
  }

  /** The batches of a Fetch answer. */
  batchesOf({ records }: Fetched): RecordBatch[] {
    const { topic, index: partition } = this
    return [...readBatches(records ?? Buffer.alloc(0), { topic, partition, codecs })]
  }

  /** `offset value` of each record of a Fetch answer, those before the offset asked for as well. */
  recordsOf(fetched: Fetched): string[] {
    return this.batchesOf(fetched).flatMap(batch =>
      batch.records().map(({ offset, value }) => `${offset} ${value === null ? 'null' : String(value)}`),
    )
  }
}

export interface ListOptions extends Asking {
  readonly epoch?: number
  readonly isolationLevel?: number
}
