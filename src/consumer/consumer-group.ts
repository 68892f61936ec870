import { defer, type Observable } from 'rxjs'
import { ArgumentError, type ReceivedMessage, type TopicPartition } from '../kernel'
import { checkGroup, coreOf, type KafkaClient } from '../client'
import { brokerError } from '../protocol'
import { Membership, type MemberIdentity, type MembershipSettings } from '../group'
import { BaseConsumer } from './base-consumer'
import type { Batch } from './batch'
import { iterate } from './faces/iterate'
import type { EachOptions, ProcessOptions } from './faces/options'
import { partitionsView, type PartitionBatches } from './faces/partitions'
import { processView, type BatchHandler, type Processed } from './faces/process'
import { eachView, type MessageHandler } from './faces/process-each'
import { startView } from './faces/start'
import { KnownPartitions } from './known-partitions'
import type { Lines } from './lines'
import { Hooks, type HookSettings } from './hooks'
import { settleGroup, type ConsumerGroupOptions } from './options'
import type { PartitionLine } from './partition-line'
import { Reader, type Assign } from './reader'
import { selectionOf } from './selection'
import type { Session } from './session'

/**
 * A member of a group: reads the partitions of its topics that the group gives it, from where the group has committed,
 * and commits what is acked. Closing the client closes the member first.
 *
 * @typeParam K what keys are: what the option `keyDeserializer` makes, without one bytes
 * @typeParam V what values are: what the option `valueDeserializer` makes, without one bytes
 */
export class ConsumerGroup<K = Buffer, V = Buffer> extends BaseConsumer {
  readonly #reader: Reader
  readonly #groupId: string
  readonly #topics: readonly string[]
  readonly #membership: MembershipSettings
  readonly #hooks: HookSettings
  #member: Membership | undefined

  /**
   * Does no I/O.
   *
   * @throws ArgumentError naming what cannot be used
   */
  constructor(
    client: KafkaClient,
    groupId: string,
    topics: string | readonly string[],
    options: ConsumerGroupOptions<K, V>,
  )
  constructor(
    client: [Buffer, Buffer] extends [K, V] ? KafkaClient : 'a client, and options with the deserializers',
    groupId: string,
    topics: string | readonly string[],
  )
  constructor(
    client: KafkaClient,
    groupId: string,
    topics: string | readonly string[],
    options: object = {},
  ) {
    checkGroup('groupId', groupId)
    const { consumer, membership, hooks } = settleGroup(groupId, options)
    const selection = selectionOf(topics, undefined)
    for (const [topic, partitions] of selection)
      if (partitions)
        throw new ArgumentError('topics', `${topic}/${partitions[0]}`, 'whole topics: the group divides them')
    const names = [...selection.keys()]
    const name = `ConsumerGroup(${groupId}: ${names.join(', ')})`
    const reader = new Reader({ core: coreOf(client), name, settings: consumer, purpose: groupId })
    super(client, reader, selection)
    this.#reader = reader
    this.#groupId = groupId
    this.#topics = names
    this.#membership = membership
    this.#hooks = hooks
  }

  /**
   * Calls a handler for each batch, one of a partition at a time and partitions side by side, and acks the batch when what
   * the handler answered has ended: a promise, an Observable, or nothing. Cold: a member while it is subscribed to.
   * Before a partition is let go, its handler is waited for and what is done is committed.
   *
   * @returns fails with ProcessingError or ProcessingTimeoutError as `onError` says, else as `start` does
   */
  process(
    handler: BatchHandler<K, V>,
    options: Omit<ProcessOptions<Batch<K, V>>, 'from'> = {},
  ): Observable<Processed> {
    return defer(() => {
      refuseFrom('process', options)
      return this.#reader.stream(processView(this.#reader, handler, options), this.#assign)
    })
  }

  /**
   * Calls a handler for each message, as many at a time as `maxConcurrency` says and in the order that `ordering` says.
   * The offset before which all is done is committed, and with it what is done beyond: after a crash only what was not
   * done is done again. The handler is given a `signal` besides, which aborts when what it does is not wanted any more:
   * the partition was given up, or the stream has ended. Cold, as `process`.
   */
  processEach(
    handler: MessageHandler<K, V>,
    options: Omit<EachOptions<ReceivedMessage<K, V>>, 'from'> = {},
  ): Observable<Processed> {
    return defer(() => {
      refuseFrom('processEach', options)
      return this.#reader.stream(eachView(this.#reader, handler, options), this.#assign)
    })
  }

  /**
   * The batches of whatever partitions the group gives this member. Each has to be acked or committed: what is not bounds
   * what is delivered. Unsubscribing leaves the group at once; `close` waits for what is in hand.
   *
   * @returns fails with AlreadyRunningError, ClosedError, AckTimeoutError, CorruptRecordError, NoOffsetError, or a
   *   BrokerError that no retry mends
   */
  start(): Observable<Batch<K, V>> {
    return this.#reader.stream(startView<K, V>(), this.#assign)
  }

  /** A stream for each partition that the group gives this member, which completes when it is taken away. */
  partitions$(): Observable<PartitionBatches<K, V>> {
    return this.#reader.stream(partitionsView<K, V>(this.#reader), this.#assign)
  }

  /** For `for await`: asking for the next batch acks the one before; `break` and a throw do not. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch<K, V>> {
    return iterate(this.#reader, this.#assign)
  }

  /** Whom the group knows this member as, for `sendOffsets` of a transaction; undefined while it is in no generation. */
  get metadata(): MemberIdentity | undefined {
    return this.#member?.identity
  }

  /** What the group has given this member just now. */
  get assignment(): readonly TopicPartition[] {
    return [...(this.#reader.session?.lines ?? [])].map(({ at }) => at)
  }

  readonly #assign = (): Assign => (session, before) => {
    const member = this.#memberOf(session)
    this.#member = member
    void before.then(() => {
      if (session.reading.aborted) return
      // By the time partitions are assigned it is known who leads them.
      this.#reader.core.router.metadata.of(this.#topics).catch(ignored)
      member.start()
    })
    return {
      identity: () => member.identity,
      refused: (error, identity) => {
        // Who ends is about to say goodbye, and has no use for another generation.
        if (!session.reading.aborted) member.refused(error, identity)
      },
      leave: () => member.leave(),
    }
  }

  /** A topic that is not there is read once it is: until then somebody may wonder. */
  #tellMissing(topic: string): void {
    const { core, tell } = this.#reader
    const code = core.cluster.topicErrors.get(topic)
    if (code === undefined) return
    tell({ type: 'waiting-for-topic', topic, error: brokerError(code, `metadata of ${topic}`) })
  }

  #memberOf(session: Session): Membership {
    const { core, tell } = this.#reader
    const known = new KnownPartitions()
    const linesOf = (partitions: readonly TopicPartition[]) => found(session.lines, partitions)
    const hooks = new Hooks(this.#hooks, error => {
      tell({ type: 'hook-failed', error })
      session.fail(error)
    })
    return new Membership({
      client: core,
      groupId: this.#groupId,
      topics: this.#topics,
      settings: this.#membership,
      emit: tell,
      onAssigned: partitions => {
        known.note(this.#topics, core.cluster)
        for (const topic of this.#topics) this.#tellMissing(topic)
        session.adopt(
          partitions,
          'committed',
          at => known.isAdded(at),
          () => hooks.assigned(partitions),
        )
      },
      onRevoked: (partitions, withinMs) =>
        session.release(linesOf(partitions), withinMs, () =>
          hooks.revoked(() => linesOf(partitions).map(({ at }) => at)),
        ),
      onLost: partitions => {
        session.lose(linesOf(partitions))
        hooks.lost(partitions)
      },
      onFailed: error => session.fail(error),
    })
  }
}

/** A caller without types may name it, and it would be without effect. */
function refuseFrom(face: string, options: unknown): void {
  const { from } = (options ?? {}) as { readonly from?: unknown }
  if (from === undefined) return
  const expected =
    'nothing: a member begins where its group is, or as autoOffsetReset says; seek goes elsewhere'
  throw new ArgumentError(`${face} option from`, from, expected)
}

function ignored(): void {
  // Whoever needs it asks again.
}

function found(lines: Lines, partitions: readonly TopicPartition[]): readonly PartitionLine[] {
  return partitions.flatMap(at => lines.get(at) ?? [])
}
