import { byTopic, TimeoutError, toBigInt, type TopicPartition } from '../../kernel'
import { runCall, type Answer, type Broker } from '../../client'
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  EndTxn,
  InitProducerId,
  TxnOffsetCommit,
  type Api,
} from '../../protocol'
import type { ProducerIdentity } from '../identity'
import { memberFields, offsetTopics, type ReadyGroup, type ReadyOffset } from './offsets'
import { ask, raise, raiseFirst, type CoordinatorContext, type Question } from './question'
import { isUnknown } from './transaction-verdict'

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
   * @param unsure told when an attempt failed that may have been carried out
   */
  async end(
    { producerId, producerEpoch }: ProducerIdentity,
    committed: boolean,
    isV2: boolean,
    unsure: () => void,
  ): Promise<ProducerIdentity | undefined> {
    const { transactionalId, transactionTimeoutMs } = this.#context
    let isUnsure = false
    const { response, version } = await this.#ask<typeof EndTxn>({
      sending: {
        api: EndTxn,
        purpose: 'main',
        maxVersion: isV2 ? Infinity : withEpochs.endTxn - 1,
        body: { transactionalId, producerId, producerEpoch, committed },
      },
      timeoutMs: transactionTimeoutMs,
      mayRepeat: error => error.retriable || isUnknown(error),
      check: answer => raise(answer.response!.errorCode, answer, `EndTxn, ${committed ? 'commit' : 'abort'}`),
      failed: error => {
        if (!isUnknown(error)) return
        isUnsure = true
        unsure()
      },
    }).catch((error: unknown) => {
      throw isUnsure ? toldUnsure(error) : error
    })
    if (version < withEpochs.endTxn || toBigInt(response!.producerId) < 0n) return undefined
    return { producerId: toBigInt(response!.producerId), producerEpoch: response!.producerEpoch }
  }

  /** Ends a transaction of these in which there is nothing. After that their logs take nothing of an older epoch. */
  async fence(
    identity: ProducerIdentity,
    partitions: readonly TopicPartition[],
    groups: readonly string[],
  ): Promise<void> {
    const left = await this.#existing(partitions)
    if (left.length > 0) await this.addPartitions(identity, left, always)
    for (const groupId of groups) await this.addOffsets(identity, groupId, always)
    if (left.length + groups.length > 0) await this.end(identity, false, false, ignored)
  }

  /** Nothing lands any more in what was deleted. */
  async #existing(partitions: readonly TopicPartition[]): Promise<readonly TopicPartition[]> {
    const { client, abandoned } = this.#context
    const { metadata } = client.router
    const { clock, timeoutMs } = client.settings
    const topics = new Set(partitions.map(({ topic }) => topic))
    const plan = { clock, what: 'Metadata', timeoutMs, abandoned }
    await runCall(plan, call => metadata.within(call, metadata.refresh([...topics]))).catch(ignored)
    return partitions.filter(({ topic, partition }) => client.cluster.partition(topic, partition))
  }

  #ask<A extends Api>(question: Question<A>): Promise<Answer<A>> {
    return ask(this.#context, question, broker => (this.#broker = broker))
  }
}

/** Whoever ran out of time says so too when it was not the last attempt that may have been carried out. */
function toldUnsure(error: unknown): unknown {
  if (!(error instanceof TimeoutError) || error.maybeSent) return error
  const { deadline, ms, message, cause } = error
  return new TimeoutError(deadline, ms, message, { maybeSent: true, cause })
}

const always = (): boolean => true

function ignored(): void {}
