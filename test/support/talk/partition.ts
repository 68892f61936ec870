import { codecs } from '../../../src/compression'
import type { Int64Input } from '../../../src/kernel'
import { Apis, readBatches, type RecordBatch, type RequestOf, type ResponseOf } from '../../../src/protocol'
import type { ContractContext } from '../contract'
import type { RawConnection } from '../wire'
import { errorName } from './error-name'
import { eventually } from './eventually'
import { newTopic, type Configs } from './new-topic'
import {
  fetchRequest,
  listOffsetsRequest,
  produceRequest,
  type FetchOptions,
  type ListOptions,
  type Place,
  type ProduceOptions,
} from './partition-requests'
import type { Talk } from './talk'

const { DescribeProducers, Fetch, ListOffsets, Metadata, Produce } = Apis

export type Produced = ResponseOf<typeof Produce>['responses'][number]['partitionResponses'][number]
export type Fetched = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]
export type ListedOffset = ResponseOf<typeof ListOffsets>['topics'][number]['partitions'][number]

/** What one broker says of a partition. */
interface Seen extends Place {
  /** -1 for none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

/** The versions that are asked in unless a case says another: all releases from 2.8 on have them. */
const usual = { Produce: 9, Fetch: 12, ListOffsets: 6, Metadata: 10 } as const

/** One partition as a broker told of it, to be written and read request by request. */
export class Partition implements Seen {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly #talk: Talk

  private constructor(talk: Talk, { topic, topicId, index, leader, leaderEpoch, replicas, isr }: Seen) {
    this.#talk = talk
    this.topic = topic
    this.topicId = topicId
    this.index = index
    this.leader = leader
    this.leaderEpoch = leaderEpoch
    this.replicas = replicas
    this.isr = isr
  }

  /** The only partition of a topic that no other case knows; with configs a case needs CreateTopics v4. */
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

  /** The partition as this broker (default the first) tells of it, once its leader serves it. */
  static async find(talk: Talk, topic: string, index = 0, broker = talk.brokers[0]!): Promise<Partition> {
    const known = await eventually(
      () => Partition.seenBy(talk, broker, topic, index),
      ({ leader }) => leader >= 0,
    )
    await eventually(
      () => known.listOffset(-1),
      listed => errorName(listed) === 'NONE',
    )
    return known
  }

  /** The partition as this broker tells of it now. */
  static async seenBy(talk: Talk, broker: number, topic: string, index = 0): Promise<Partition> {
    const body = { topics: [{ name: topic }], allowAutoTopicCreation: false }
    const { topics } = await talk.broker(broker).request(Metadata, usual.Metadata, body)
    const told = topics[0]!.partitions.find(({ partitionIndex }) => partitionIndex === index)
    return new Partition(talk, {
      topic,
      topicId: topics[0]!.topicId,
      index,
      leader: told?.leaderId ?? -1,
      leaderEpoch: told?.leaderEpoch ?? -1,
      replicas: told?.replicaNodes ?? [],
      isr: told?.isrNodes ?? [],
    })
  }

  /** The connection to the leader that all questions of the case share. */
  get connection(): RawConnection {
    return this.#talk.broker(this.leader)
  }

  /** What one Produce request with these bytes is answered. It waits for all replicas unless told otherwise. */
  async produce(records: Buffer | null, options: ProduceOptions = {}): Promise<Produced> {
    const { version = usual.Produce, on = this.connection } = options
    const answer = await on.request(Produce, version, this.produceRequest(records, options))
    return answer.responses[0]!.partitionResponses[0]!
  }

  produceRequest(records: Buffer | null, options: ProduceOptions = {}): RequestOf<typeof Produce> {
    return produceRequest(this, records, options)
  }

  /** What one Fetch request is answered for this partition. It waits for nothing unless told so. */
  async fetch(offset: Int64Input, options: FetchOptions = {}): Promise<Fetched> {
    const { version = usual.Fetch, on = this.connection } = options
    const answer = await on.request(Fetch, version, this.fetchRequest(offset, options))
    const [topic] = answer.responses
    if (!topic)
      throw new Error(`Fetch v${version} of ${this.topic}: nothing of it, error ${errorName(answer)}`)
    return topic.partitions[0]!
  }

  fetchRequest(offset: Int64Input, options: FetchOptions = {}): RequestOf<typeof Fetch> {
    return fetchRequest(this, offset, options)
  }

  /** What one ListOffsets request is answered: -1 is the latest, -2 the earliest. */
  async listOffset(timestamp: Int64Input, options: ListOptions = {}): Promise<ListedOffset> {
    const { version = usual.ListOffsets, on = this.connection } = options
    const answer = await on.request(ListOffsets, version, listOffsetsRequest(this, timestamp, options))
    return answer.topics[0]!.partitions[0]!
  }

  /** `<offset> <commit or abort> <producer epoch>` of each transaction's end that the log holds. */
  async markers(): Promise<string[]> {
    const batches = this.batchesOf(await this.fetch((await this.listOffset(-2)).offset))
    return batches.flatMap(batch => {
      const control = batch.control()
      return control ? [`${batch.baseOffset} ${control.controlType} ${batch.producerEpoch}`] : []
    })
  }

  /** The producers that the leader knows here. */
  async producers() {
    const topics = [{ name: this.topic, partitionIndexes: [this.index] }]
    const answer = await this.connection.request(DescribeProducers, 0, { topics })
    return answer.topics[0]!.partitions[0]!.activeProducers.map(
      ({ producerId, producerEpoch, coordinatorEpoch, currentTxnStartOffset }) => ({
        id: BigInt(String(producerId)),
        epoch: producerEpoch,
        coordinatorEpoch,
        start: BigInt(String(currentTxnStartOffset)),
      }),
    )
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
