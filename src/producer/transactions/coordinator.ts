import { asKafkaError, byTopic, toBigInt, type KafkaError, type TopicPartition } from '../../kernel'
import {
  pause,
  retrying,
  runCall,
  type Answer,
  type Broker,
  type Call,
  type ClientCore,
  type Sending,
} from '../../client'
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  brokerError,
  EndTxn,
  InitProducerId,
  TxnOffsetCommit,
  type Api,
} from '../../protocol'
import type { ProducerIdentity } from '../identity'
import { memberFields, offsetTopics, type ReadyGroup, type ReadyOffset } from './offsets'
import { isConcurrent, isUnknown } from './transaction-verdict'

interface CoordinatorContext {
  readonly client: ClientCore
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  /** Aborts when nothing is waited for any more. */
  readonly abandoned: AbortSignal
}

/** One question, asked until it has an answer. */
interface Question<A extends Api> {
  readonly sending: Sending<A>
  /** Asked of the coordinator of this group; default: of our transactional id. */
  readonly groupId?: string
  readonly timeoutMs: number
  /** Whether an error is worth asking again for. */
  readonly mayRepeat: (error: KafkaError) => boolean
  /** Raises the error that an answer tells. */
  readonly check: (answer: Answer<A>) => void
}

/** Between two questions while the transaction before is still being finished, in ms. */
const concurrentPauseMs = 20

/** The first version with which partitions take part by being written to, and each end has its epoch (KIP-890). */
const withEpochs = { endTxn: 5, txnOffsetCommit: 5 } as const

/**
 * The questions of a transactional producer to its coordinator, and to those of groups. All of them may be asked
 * again whatever became of the one before. Past the client's own calls, which it refuses once it is told to close: what
 * was begun is still ended then.
 */
export class TransactionCoordinator {
  readonly #context: CoordinatorContext
  /** Who answered last. */
  #broker: Broker | undefined
  #isV2 = false

  constructor(context: CoordinatorContext) {
    this.#context = context
  }

  /** Whether the cluster has settled on transactions whose partitions take part by being written to (KIP-890). */
  get isV2(): boolean {
    const level = this.#broker?.featureLevel('main', 'transaction.version')
    if (level !== undefined) this.#isV2 = level >= 2
    return this.#isV2
  }

  /** An identity of our own, which ends that of every older producer; or this one with its epoch raised (KIP-360). */
  async init(worn: ProducerIdentity | undefined): Promise<ProducerIdentity> {
    const { transactionalId, transactionTimeoutMs, client } = this.#context
    const { response } = await this.#ask<typeof InitProducerId>({
      sending: {
        api: InitProducerId,
        purpose: 'main',
        body: { transactionalId, transactionTimeoutMs, ...worn },
      },
      timeoutMs: client.settings.timeoutMs,
      mayRepeat: ({ retriable }) => retriable,
      check: answer => raise(answer.response!.errorCode, answer, 'InitProducerId'),
    })
    return { producerId: toBigInt(response!.producerId), producerEpoch: response!.producerEpoch }
  }

  /** @param isWanted whether an error is worth asking again for just now */
  async addPartitions(
    { producerId, producerEpoch }: ProducerIdentity,
    partitions: readonly TopicPartition[],
    isWanted: () => boolean,
  ): Promise<void> {
    const { transactionalId, client } = this.#context
    const topics = [...byTopic(partitions)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition }) => partition),
    }))
    await this.#ask<typeof AddPartitionsToTxn>({
      sending: {
        api: AddPartitionsToTxn,
        purpose: 'main',
        maxVersion: 3,
        body: {
          v3AndBelowTransactionalId: transactionalId,
          v3AndBelowProducerId: producerId,
          v3AndBelowProducerEpoch: producerEpoch,
          v3AndBelowTopics: topics,
        },
      },
      timeoutMs: client.settings.timeoutMs,
      mayRepeat: error => error.retriable && isWanted(),
      check: answer => {
        const codes = answer.response!.resultsByTopicV3AndBelow.flatMap(({ name, resultsByPartition }) =>
          resultsByPartition.map(part => ({
            name,
            index: part.partitionIndex,
            code: part.partitionErrorCode,
          })),
        )
        raiseFirst(codes, answer, 'AddPartitionsToTxn')
      },
    })
  }

  async addOffsets(
    { producerId, producerEpoch }: ProducerIdentity,
    groupId: string,
    isWanted: () => boolean,
  ): Promise<void> {
    const { transactionalId, client } = this.#context
    await this.#ask<typeof AddOffsetsToTxn>({
      sending: {
        api: AddOffsetsToTxn,
        purpose: 'main',
        body: { transactionalId, producerId, producerEpoch, groupId },
      },
      timeoutMs: client.settings.timeoutMs,
      mayRepeat: error => error.retriable && isWanted(),
      check: answer => raise(answer.response!.errorCode, answer, `AddOffsetsToTxn, group ${groupId}`),
    })
  }

  /** @param isV2 whether the group's coordinator is to add the group to the transaction */
  async commitOffsets(
    { producerId, producerEpoch }: ProducerIdentity,
    group: ReadyGroup,
    offsets: readonly ReadyOffset[],
    isV2: boolean,
    isWanted: () => boolean,
  ): Promise<void> {
    const { transactionalId, client } = this.#context
    const { groupId } = group
    await this.#ask<typeof TxnOffsetCommit>({
      groupId,
      sending: {
        api: TxnOffsetCommit,
        purpose: `group:${groupId}`,
        maxVersion: isV2 ? Infinity : withEpochs.txnOffsetCommit - 1,
        body: version => ({
          transactionalId,
          groupId,
          producerId,
          producerEpoch,
          ...memberFields(group, version),
          topics: offsetTopics(offsets, version),
        }),
      },
      timeoutMs: client.settings.timeoutMs,
      mayRepeat: error => error.retriable && isWanted(),
      check: answer => {
        const codes = answer.response!.topics.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, errorCode }) => ({
            name,
            index: partitionIndex,
            code: errorCode,
          })),
        )
        raiseFirst(codes, answer, `TxnOffsetCommit, group ${groupId}`)
      },
    })
  }

  /**
   * Tells how the transaction ends. Answers who the producer is from then on, if the broker says so (KIP-890).
   *
   * @param failed told of every attempt that failed
   */
  async end(
    { producerId, producerEpoch }: ProducerIdentity,
    committed: boolean,
    isV2: boolean,
    failed: (error: KafkaError) => void,
  ): Promise<ProducerIdentity | undefined> {
    const { transactionalId, transactionTimeoutMs } = this.#context
    const { response, version } = await this.#ask<typeof EndTxn>({
      sending: {
        api: EndTxn,
        purpose: 'main',
        maxVersion: isV2 ? Infinity : withEpochs.endTxn - 1,
        body: { transactionalId, producerId, producerEpoch, committed },
      },
      timeoutMs: transactionTimeoutMs,
      mayRepeat: error => {
        failed(error)
        return error.retriable || isUnknown(error)
      },
      check: answer => raise(answer.response!.errorCode, answer, `EndTxn, ${committed ? 'commit' : 'abort'}`),
    })
    if (version < withEpochs.endTxn || toBigInt(response!.producerId) < 0n) return undefined
    return { producerId: toBigInt(response!.producerId), producerEpoch: response!.producerEpoch }
  }

  #ask<A extends Api>({ sending, groupId, timeoutMs, mayRepeat, check }: Question<A>): Promise<Answer<A>> {
    const { client, transactionalId, abandoned } = this.#context
    const { router, settings } = client
    const target =
      groupId === undefined
        ? ({ to: 'coordinator', type: 'transaction', key: transactionalId } as const)
        : ({ to: 'coordinator', type: 'group', key: groupId } as const)
    const plan = {
      clock: settings.clock,
      what: `${sending.api.name} of ${transactionalId}`,
      timeoutMs,
      abandoned,
    }
    return runCall(plan, call =>
      retrying(
        call,
        { ...settings, apply: error => router.apply(error, target) },
        () =>
          this.#patiently(call, async () => {
            const broker = await router.resolve(target, call)
            if (groupId === undefined) this.#broker = broker
            const answer = await broker.request(sending, call)
            check(answer)
            return answer
          }),
        mayRepeat,
      ),
    )
  }

  /** CONCURRENT_TRANSACTIONS does not last: no pause that grows, and nothing to be looked up anew. */
  async #patiently<T>(call: Call, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!isConcurrent(error) || call.signal.aborted) throw asKafkaError(error, call.what)
        await pause(this.#context.client.settings.clock, concurrentPauseMs, call.signal)
        if (call.signal.aborted) throw error
      }
    }
  }
}

function raise(code: number, { broker, version }: Answer<Api>, what: string): void {
  if (code !== 0) throw brokerError(code, `${what} v${version} -> ${broker.name}`)
}

const operationNotAttempted = 55

interface PartitionCode {
  readonly name: string
  readonly index: number
  readonly code: number
}

/** One partition in trouble keeps the others from being tried: it is the one to tell of. */
function raiseFirst(codes: readonly PartitionCode[], answer: Answer<Api>, what: string): void {
  const wrong = codes.filter(({ code }) => code !== 0)
  const first = wrong.find(({ code }) => code !== operationNotAttempted) ?? wrong[0]
  if (first) raise(first.code, answer, `${what}, ${first.name}/${first.index}`)
}
