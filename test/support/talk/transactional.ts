import { Apis, type RequestOf, type ResponseOf } from '../../../src/protocol'
import type { ContractContext } from '../contract'
import { batchOf } from '../wire'
import { errorName } from './error-name'
import { eventually } from './eventually'
import type { Partition } from './partition'
import type { ProduceOptions } from './partition-requests'
import type { Talk } from './talk'

const { AddOffsetsToTxn, AddPartitionsToTxn, DescribeTransactions, EndTxn, FindCoordinator } = Apis
const { InitProducerId, TxnOffsetCommit } = Apis

type InitRequest = RequestOf<typeof InitProducerId>
type CommitRequest = RequestOf<typeof TxnOffsetCommit>
type Described = ResponseOf<typeof DescribeTransactions>['transactionStates'][number]

/** Who is meant, where it is not the producer as it is now. */
interface Identity {
  readonly id?: bigint
  readonly epoch?: number
}

interface Asked extends Identity {
  readonly version?: number
}

export interface TransactionalOptions {
  /** Default 60 s. */
  readonly timeoutMs?: number
  /** Default one that no other case knows. */
  readonly transactionalId?: string
}

/** The first versions in which partitions need not be added (KIP-890). */
export const implicit = { Produce: 12, EndTxn: 5, TxnOffsetCommit: 5 } as const

/** The last versions of clients that add partitions themselves. */
const explicit = {
  InitProducerId: 4,
  AddPartitionsToTxn: 3,
  AddOffsetsToTxn: 3,
  EndTxn: 4,
  Produce: 11,
} as const

/** A transactional producer, request by request; it remembers its id and its epoch. */
export class Transactional {
  readonly transactionalId: string
  readonly timeoutMs: number
  id = -1n
  epoch = -1
  #coordinator: number | undefined
  readonly #talk: Talk
  readonly #context: ContractContext

  constructor(talk: Talk, context: ContractContext, options: TransactionalOptions = {}) {
    this.#talk = talk
    this.#context = context
    this.transactionalId = options.transactionalId ?? context.uniqueName('transactional')
    this.timeoutMs = options.timeoutMs ?? 60_000
  }

  /** One that has its id and its first epoch. */
  static async of(
    talk: Talk,
    context: ContractContext,
    options: TransactionalOptions = {},
  ): Promise<Transactional> {
    const producer = new Transactional(talk, context, options)
    await producer.begin()
    return producer
  }

  /** Gets an id and an epoch, however long that takes. */
  async begin(): Promise<void> {
    await eventually(
      () => this.init(),
      error => error === 'NONE',
    )
  }

  /** Node id of the coordinator. */
  async coordinator(): Promise<number> {
    const body = { key: this.transactionalId, keyType: 1 }
    this.#coordinator ??= (
      await eventually(
        () => this.#talk.request(FindCoordinator, 2, body),
        ({ errorCode }) => errorCode === 0,
      )
    ).nodeId
    return this.#coordinator
  }

  /** Node id of the coordinator that was found last. */
  get coordinatorId(): number | undefined {
    return this.#coordinator
  }

  /** It has to look for its coordinator again. */
  forgetCoordinator(): void {
    this.#coordinator = undefined
  }

  /** The same producer, that takes this broker for its coordinator. */
  askedAt(broker: number): Transactional {
    const { transactionalId, timeoutMs } = this
    const other = new Transactional(this.#talk, this.#context, { transactionalId, timeoutMs })
    other.#coordinator = broker
    other.id = this.id
    other.epoch = this.epoch
    return other
  }

  /** One InitProducerId; takes over what it is answered. */
  async init(changes: Partial<InitRequest> & { readonly version?: number } = {}): Promise<string> {
    const { version = explicit.InitProducerId, ...fields } = changes
    const { transactionalId, timeoutMs: transactionTimeoutMs } = this
    const on = await this.#connection()
    const answer = await on.request(InitProducerId, version, {
      transactionalId,
      transactionTimeoutMs,
      ...fields,
    })
    if (answer.errorCode === 0) this.#become(answer.producerId, answer.producerEpoch)
    return errorName(answer)
  }

  /** One InitProducerId that names the present id and epoch (KIP-360). */
  bump({ id = this.id, epoch = this.epoch, version = 4 }: Asked = {}): Promise<string> {
    return this.init({ producerId: id, producerEpoch: epoch, version })
  }

  /** One AddPartitionsToTxn; the error of each partition in their order. */
  async addAll(
    partitions: readonly { readonly topic: string; readonly index: number }[],
    { id = this.id, epoch = this.epoch, version = explicit.AddPartitionsToTxn }: Asked = {},
  ): Promise<string[]> {
    const topics = [...new Set(partitions.map(({ topic }) => topic))].map(name => ({
      name,
      partitions: partitions.filter(({ topic }) => topic === name).map(({ index }) => index),
    }))
    const on = await this.#connection()
    const answer = await on.request(AddPartitionsToTxn, version, {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: id,
      v3AndBelowProducerEpoch: epoch,
      v3AndBelowTopics: topics,
    })
    const results = answer.resultsByTopicV3AndBelow
    return partitions.map(({ topic, index }) => {
      const partition = results
        .find(({ name }) => name === topic)
        ?.resultsByPartition.find(({ partitionIndex }) => partitionIndex === index)
      return errorName(partition && { errorCode: partition.partitionErrorCode })
    })
  }

  /** The same for one partition, as often as it takes until nothing else of this producer goes on. */
  async add(partition: Partition, asked: Asked = {}): Promise<string> {
    const ask = async () => (await this.addAll([partition], asked))[0]!
    return eventually(ask, error => error !== 'CONCURRENT_TRANSACTIONS')
  }

  /** One AddOffsetsToTxn. */
  async addOffsets(
    groupId: string,
    { id = this.id, epoch = this.epoch, version = 3 }: Asked = {},
  ): Promise<string> {
    const { transactionalId } = this
    const on = await this.#connection()
    const ask = () =>
      on.request(AddOffsetsToTxn, version, { transactionalId, producerId: id, producerEpoch: epoch, groupId })
    return errorName(await eventually(ask, answer => errorName(answer) !== 'CONCURRENT_TRANSACTIONS'))
  }

  /** One EndTxn; takes over the identity that version 5 answers. */
  async endOnce(
    result: 'commit' | 'abort',
    { id = this.id, epoch = this.epoch, version = explicit.EndTxn }: Asked = {},
  ): Promise<string> {
    const on = await this.#connection()
    const answer = await on.request(EndTxn, version, {
      transactionalId: this.transactionalId,
      producerId: id,
      producerEpoch: epoch,
      committed: result === 'commit',
    })
    if (answer.errorCode === 0 && version >= implicit.EndTxn)
      this.#become(answer.producerId, answer.producerEpoch)
    return errorName(answer)
  }

  /** The same, as often as it takes until nothing else of this producer goes on. */
  end(result: 'commit' | 'abort', asked: Asked = {}): Promise<string> {
    return eventually(
      () => this.endOnce(result, asked),
      error => error !== 'CONCURRENT_TRANSACTIONS',
    )
  }

  /** Ends the transaction and waits until that is so in all its partitions. */
  async settle(result: 'commit' | 'abort', asked: Asked = {}): Promise<void> {
    const error = await this.end(result, asked)
    if (error !== 'NONE') throw new Error(`${result}: ${error}`)
    await this.settled()
  }

  /** Waits until no transaction goes on. */
  async settled(): Promise<void> {
    await eventually(
      () => this.describe(),
      ({ transactionState }) => /^(Empty|Complete)/.test(transactionState),
    )
  }

  /** Sends so many records in one batch; answers its base offset, or the name of the error. */
  async send(
    partition: Partition,
    sequence: number,
    { id = this.id, epoch = this.epoch, values = [`${sequence}`], ...options }: SendOptions = {},
  ): Promise<string> {
    const { transactionalId } = this
    const batch = transactionalBatch(values, { id, epoch, sequence })
    const version = options.version ?? explicit.Produce
    const produced = await partition.produce(batch, { transactionalId, ...options, version })
    return produced.errorCode === 0 ? String(produced.baseOffset) : errorName(produced)
  }

  /** What the coordinator tells of the transaction. */
  async describe(): Promise<Described> {
    const on = await this.#connection()
    const answer = await on.request(DescribeTransactions, 0, { transactionalIds: [this.transactionalId] })
    return answer.transactionStates[0]!
  }

  /** The state, or the name of the error. */
  async state(): Promise<string> {
    const told = await this.describe()
    return told.errorCode === 0 ? told.transactionState : errorName(told)
  }

  /** The state, and the indexes of the partitions in order. */
  async view(): Promise<[string, number[]]> {
    const { topics } = await this.describe()
    const indexes = topics.flatMap(({ partitions }) => partitions)
    return [await this.state(), indexes.sort((a, b) => a - b)]
  }

  /** Has its epoch bumped until it is this one. */
  async exhaust(lastEpoch: number): Promise<void> {
    const on = await this.#connection()
    const { transactionalId, timeoutMs: transactionTimeoutMs } = this
    const ask = () =>
      on.request(InitProducerId, explicit.InitProducerId, { transactionalId, transactionTimeoutMs })
    while (this.epoch < lastEpoch) {
      const before = this.epoch
      const several = Math.min(20, lastEpoch - this.epoch)
      for (const answer of await Promise.all(Array.from({ length: several }, ask)))
        if (answer.errorCode === 0) this.#become(answer.producerId, answer.producerEpoch)
      if (this.epoch <= before) throw new Error(`the epoch stays at ${before}`)
    }
  }

  /** One TxnOffsetCommit; the error of each partition in their order. */
  async commitOffsets(
    groupId: string,
    offsets: Readonly<Record<string, number>>,
    {
      id = this.id,
      epoch = this.epoch,
      version = 3,
      ...changes
    }: Asked & Partial<Pick<CommitRequest, 'generationId' | 'memberId' | 'groupInstanceId'>> = {},
  ): Promise<string> {
    const ask = async () => {
      const broker = await this.#talk.coordinatorOf(groupId)
      const answer = await this.#talk.broker(broker).request(TxnOffsetCommit, version, {
        transactionalId: this.transactionalId,
        groupId,
        producerId: id,
        producerEpoch: epoch,
        ...(version >= 3 && { generationId: -1, memberId: '' }),
        ...changes,
        topics: Object.entries(offsets).map(([name, committedOffset]) => ({
          name,
          partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: 'within' }],
        })),
      })
      return [...new Set(answer.topics.flatMap(({ partitions }) => partitions.map(errorName)))].join()
    }
    return eventually(ask, error => error !== 'CONCURRENT_TRANSACTIONS' && error !== 'NOT_COORDINATOR')
  }

  async #connection() {
    return this.#talk.broker(await this.coordinator())
  }

  #become(id: { toString(): string }, epoch: number): void {
    this.id = BigInt(String(id))
    this.epoch = epoch
  }
}

export interface SendOptions extends Identity, ProduceOptions {
  /** Default the sequence itself. */
  readonly values?: readonly string[]
}

/** A batch as a transactional producer writes it. */
export function transactionalBatch(
  values: readonly string[],
  { id, epoch, sequence }: { readonly id: bigint; readonly epoch: number; readonly sequence: number },
): Buffer {
  const stamp = { producerId: id, producerEpoch: epoch, baseSequence: sequence }
  return batchOf(values, { ...stamp, transactional: true })
}
