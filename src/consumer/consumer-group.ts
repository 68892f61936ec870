import { defer, type Observable } from 'rxjs'
import { ArgumentError, type Int64Input, type ReceivedMessage, type TopicPartition } from '../kernel'
import { checkGroup, type CloseOptions, coreOf, type KafkaClient } from '../client'
import type { Deferred } from '../deferred'
import { Membership, type MemberIdentity, type MembershipSettings } from '../group'
import type { Batch } from './batch'
import { Control } from './control'
import type { ConsumerEvent } from './event'
import type { Explanation } from './explain'
import { iterate } from './faces/iterate'
import type { EachOptions, ProcessOptions } from './faces/options'
import { partitionsFace, type PartitionBatches } from './faces/partitions'
import { processFace, processMode, type BatchHandler, type Processed } from './faces/process'
import { eachFace, eachMode, type MessageHandler } from './faces/process-each'
import { startFace } from './faces/start'
import { KnownPartitions } from './known-partitions'
import type { Lines } from './lines'
import { settleGroup, type ConsumerGroupOptions } from './options'
import type { PartitionLine } from './partition-line'
import { Queries, type PartitionLag, type PartitionOffset } from './queries'
import { Reader, type Assign, type Mode } from './reader'
import { selectionOf } from './selection'
import type { Session } from './session'
import type { StartOffset } from './start-offset'

/**
 * A member of a group: reads the partitions of its topics that the group gives it, from where the group has committed,
 * and commits what is acked. Closing the client closes the member first.
 */
export class ConsumerGroup {
  /** Assignments, retries, resets, stalls, commits. Hot; never errors; completes when the member is closed. */
  readonly events$: Observable<ConsumerEvent>
  readonly #reader: Reader
  readonly #groupId: string
  readonly #topics: readonly string[]
  readonly #membership: MembershipSettings
  readonly #control: Control
  readonly #queries: Queries
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
    options: ConsumerGroupOptions = {},
  ) {
    checkGroup('groupId', groupId)
    const { consumer, membership } = settleGroup(groupId, options)
    const selection = selectionOf(topics, undefined)
    for (const [topic, partitions] of selection)
      if (partitions)
        throw new ArgumentError('topics', `${topic}/${partitions[0]}`, 'whole topics: the group divides them')
    this.#groupId = groupId
    this.#topics = [...selection.keys()]
    this.#membership = membership
    const name = `ConsumerGroup(${groupId}: ${this.#topics.join(', ')})`
    this.#reader = new Reader({ core: coreOf(client), name, settings: consumer, purpose: groupId })
    this.#control = new Control(this.#reader)
    this.#queries = new Queries(client, this.#reader, selection)
    this.events$ = this.#reader.events$
  }

  /**
   * Calls a handler for each batch, one of a partition at a time and partitions side by side, and acks the batch when what
   * the handler answered has ended: a promise, an Observable, or nothing. Cold: a member while it is subscribed to.
   * Before a partition is let go, its handler is waited for and what is done is committed.
   *
   * @returns fails with ProcessingError or ProcessingTimeoutError as `onError` says, else as `start` does
   */
  process(handler: BatchHandler, options: Omit<ProcessOptions<Batch>, 'from'> = {}): Observable<Processed> {
    return defer(() =>
      this.#reader.stream(
        this.#mode(processMode(options)),
        this.#assign,
        processFace(this.#reader, handler, options),
      ),
    )
  }

  /**
   * Calls a handler for each message, as many at a time as `maxConcurrency` says and in the order that `ordering` says.
   * The offset before which all is done is committed, and with it what is done beyond: after a crash only what was not
   * done is done again. Cold, as `process`.
   */
  processEach(
    handler: MessageHandler,
    options: Omit<EachOptions<ReceivedMessage>, 'from'> = {},
  ): Observable<Processed> {
    return defer(() =>
      this.#reader.stream(
        this.#mode(eachMode(options)),
        this.#assign,
        eachFace(this.#reader, handler, options),
      ),
    )
  }

  /**
   * The batches of whatever partitions the group gives this member. Each has to be acked or committed: what is not bounds
   * what is delivered. Unsubscribing leaves the group at once; `close` waits for what is in hand.
   *
   * @returns fails with AlreadyRunningError, ClosedError, AckTimeoutError, CorruptRecordError, NoOffsetError, or a
   *   BrokerError that no retry mends
   */
  start(): Observable<Batch> {
    return this.#reader.stream(this.#mode({}), this.#assign, startFace)
  }

  /** A stream for each partition that the group gives this member, which completes when it is taken away. */
  get partitions$(): Observable<PartitionBatches> {
    return this.#reader.stream(this.#mode({}), this.#assign, partitionsFace(this.#reader))
  }

  /** For `for await`: asking for the next batch acks the one before; `break` and a throw do not. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch> {
    return iterate(this.#reader, this.#assign, this.#mode({}))
  }

  /** Whom the group knows this member as, for `sendOffsets` of a transaction; undefined while it is in no generation. */
  get metadata(): MemberIdentity | undefined {
    return this.#member?.identity
  }

  /** What the group has given this member just now. */
  get assignment(): readonly TopicPartition[] {
    return [...(this.#reader.session?.lines ?? [])].map(({ at }) => at)
  }

  /** Delivers and asks for nothing of these partitions until `resume`; none: of all. What has arrived stays. */
  pause(...partitions: readonly TopicPartition[]): void {
    this.#control.pause(partitions)
  }

  /** The end of `pause`; none: of all. */
  resume(...partitions: readonly TopicPartition[]): void {
    this.#control.resume(partitions)
  }

  /** Goes on elsewhere in a partition. What was delivered before and is acked later is not committed any more. */
  seek(partition: TopicPartition, to: StartOffset): void {
    this.#control.seek(partition, to)
  }

  /** The offset of what is delivered next; undefined as long as that is not known. */
  position(partition: TopicPartition): bigint | undefined {
    return this.#control.position(partition)
  }

  /** Messages from `position` to the end of the log as it was last told; undefined as long as that is not known. */
  lag(partition: TopicPartition): bigint | undefined {
    return this.#control.lag(partition)
  }

  /** What the group has stored for these partitions, or for all; those for which it has stored nothing are left out. */
  committed(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.committed(partitions)
  }

  /** The first offsets that the log still has, of these partitions or of all. */
  beginningOffsets(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.beginning(partitions)
  }

  /** The offsets of the next messages to be written, with `'read_committed'` the last stable ones; of these or of all. */
  endOffsets(...partitions: readonly TopicPartition[]): Deferred<readonly PartitionOffset[]> {
    return this.#queries.end(partitions)
  }

  /** The offsets of the first messages of that time or later, -1n where there is none; of these partitions or of all. */
  offsetsForTime(
    time: Date | Int64Input,
    ...partitions: readonly TopicPartition[]
  ): Deferred<readonly PartitionOffset[]> {
    return this.#queries.offsets(time, partitions)
  }

  /** The lag of each partition that is read just now, at once and then every second. Completes with the consumer. */
  get lag$(): Observable<readonly PartitionLag[]> {
    return this.#queries.lag$
  }

  /** How each partition is, since when and why: the first thing to look at when nothing comes. */
  explain(): readonly Explanation[] {
    return this.#control.explain()
  }

  /**
   * Delivers no more, waits until the batches in hand are acked, commits, leaves the group, then completes the stream.
   * Starts when called; a second call answers the same outcome.
   *
   * @param options.timeoutMs how long it may take; default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    return this.#reader.close(options)
  }

  /** The same as `close`. */
  shutdown(options: CloseOptions = {}): Deferred<void> {
    return this.close(options)
  }

  /** Ends at once: what is acked is committed, the group is left, what is in hand is not waited for. */
  stop(): Deferred<void> {
    return this.#reader.stop()
  }

  toString(): string {
    return this.#reader.name
  }

  #mode(mode: Mode): Mode {
    return { ...mode, identity: () => this.#member?.identity }
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
    return () => member.leave()
  }

  #memberOf(session: Session): Membership {
    const { core, tell } = this.#reader
    const settings = this.#membership
    const known = new KnownPartitions()
    const linesOf = (partitions: readonly TopicPartition[]) => found(session.lines, partitions)
    return new Membership({
      client: core,
      groupId: this.#groupId,
      topics: this.#topics,
      settings,
      emit: tell,
      onAssigned: partitions => {
        known.note(this.#topics, core.cluster)
        session.adopt(partitions, 'committed', at => known.isAdded(at))
      },
      onRevoked: partitions => session.release(linesOf(partitions), releaseMs(settings)),
      onLost: partitions => session.lose(linesOf(partitions)),
      onFailed: error => session.fail(error),
    })
  }
}

/**
 * How long handlers may take to end in a rebalance, in ms. The group has waited for a heartbeat's time when the member hears
 * of it, and what is done is to be committed before the group puts the member out.
 */
function releaseMs({ rebalanceTimeoutMs, heartbeatIntervalMs }: MembershipSettings): number {
  return Math.max(Math.floor(rebalanceTimeoutMs / 2), rebalanceTimeoutMs - 2 * heartbeatIntervalMs)
}

function ignored(): void {
  // Whoever needs it asks again.
}

function found(lines: Lines, partitions: readonly TopicPartition[]): readonly PartitionLine[] {
  return partitions.flatMap(at => lines.get(at) ?? [])
}
