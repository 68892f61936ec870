import { defer, type Observable } from 'rxjs'
import { ArgumentError, type Clock, type ReceivedMessage } from '../kernel'
import { coreOf, type KafkaClient } from '../client'
import { BaseConsumer } from './base-consumer'
import type { Batch } from './batch'
import { ChosenPartitions } from './chosen-partitions'
import { iterate } from './faces/iterate'
import type { EachOptions, ProcessOptions } from './faces/options'
import { partitionsView, type PartitionBatches } from './faces/partitions'
import { processView, type BatchHandler, type Processed } from './faces/process'
import { eachView, type MessageHandler } from './faces/process-each'
import { startView } from './faces/start'
import { settleConsumer, type ConsumerOptions, type ConsumerSettings } from './options'
import { Reader, type Assign, type Assignment } from './reader'
import { targetOfReset } from './reset-policy'
import { selectionOf, type Selection, type Topics } from './selection'
import { targetOf, type StartOffset, type Target } from './start-offset'

/**
 * Reads topics, or chosen partitions of them, from a chosen offset, without being a member of a group; with a `groupId`
 * it stores offsets there. Closing the client closes the consumer first.
 *
 * @typeParam K what keys are: what the option `keyDeserializer` makes, without one bytes
 * @typeParam V what values are: what the option `valueDeserializer` makes, without one bytes
 */
export class Consumer<K = Buffer, V = Buffer> extends BaseConsumer {
  readonly #reader: Reader
  readonly #selection: Selection

  /**
   * Does no I/O.
   *
   * @param topics one, several, or partitions of any: `[{ topic, partition }]`
   * @throws ArgumentError naming the topic or option that cannot be used, ClosedError when the client is closed
   */
  constructor(client: KafkaClient, topics: Topics, options: ConsumerOptions<K, V>)
  constructor(
    client: [Buffer, Buffer] extends [K, V] ? KafkaClient : 'a client, and options with the deserializers',
    topics: Topics,
  )
  constructor(client: KafkaClient, topics: Topics, options: object = {}) {
    const settings = settleConsumer(options)
    const selection = selectionOf(topics, settings.partitions)
    const names = [...selection.keys()]
    const name = `Consumer(${names.join(', ')})`
    const reader = new Reader({ core: coreOf(client), name, settings, purpose: names[0]! })
    super(client, reader, selection)
    this.#reader = reader
    this.#selection = selection
  }

  /**
   * The messages in batches, each partition in its order, from an offset on. Reads while it is subscribed to; one
   * subscription at a time, a later one waits for the end of the earlier. What is not acked bounds what is delivered.
   * Leader moves, lost connections and a topic that is not there yet are no errors: `events$` tells them.
   *
   * Unsubscribing ends at once: what is acked is committed, what is in hand is not waited for; `close` waits.
   *
   * @param offset `OFFSET_EARLIEST`, `OFFSET_LATEST`, `OFFSET_COMMITTED` (needs a `groupId`), an offset, `{ at: Date }`
   *   or `{ agoMs }`
   * @returns fails with AlreadyRunningError, ClosedError, ArgumentError, CorruptRecordError, AckTimeoutError,
   *   NoOffsetError, LogTruncationError, TopicRecreatedError, or a BrokerError that no retry mends
   */
  start(offset: StartOffset): Observable<Batch<K, V>> {
    return this.#reader.stream(startView<K, V>(), () => this.#assign(offset))
  }

  /**
   * Calls a handler for each batch, one of a partition at a time and partitions side by side, and acks the batch when what
   * the handler answered has ended: a promise, an Observable, or nothing. With a `groupId` what is acked is committed.
   * Cold: reads while it is subscribed to, and tells what is done.
   *
   * @returns fails with ProcessingError or ProcessingTimeoutError as `onError` says, else as `start` does
   */
  process(handler: BatchHandler<K, V>, options: ProcessOptions<Batch<K, V>> = {}): Observable<Processed> {
    return defer(() =>
      this.#reader.stream(processView(this.#reader, handler, options), () => this.#assign(options.from)),
    )
  }

  /**
   * Calls a handler for each message, as many at a time as `maxConcurrency` says and in the order that `ordering` says.
   * With a `groupId` the offset before which all is done is committed, and with it what is done beyond: after a crash
   * only what was not done is done again. The handler is given a `signal` besides, which aborts when what it does is not
   * wanted any more. Cold, as `process`.
   */
  processEach(
    handler: MessageHandler<K, V>,
    options: EachOptions<ReceivedMessage<K, V>> = {},
  ): Observable<Processed> {
    return defer(() =>
      this.#reader.stream(eachView(this.#reader, handler, options), () => this.#assign(options.from)),
    )
  }

  /**
   * A stream of batches for each partition, which is read while its stream is subscribed to. As with `start` batches are
   * acked as the option `ack` says.
   */
  partitions$(offset?: StartOffset): Observable<PartitionBatches<K, V>> {
    return this.#reader.stream(partitionsView<K, V>(this.#reader), () => this.#assign(offset))
  }

  /** For `for await`: asking for the next batch acks the one before; `break` and a throw do not. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch<K, V>> {
    return iterate(this.#reader, () => this.#assign(undefined))
  }

  /** @param from undefined: where the group is, or what `autoOffsetReset` says */
  #assign(from: StartOffset | undefined): Assign {
    const { core, settings, tell } = this.#reader
    const { clock } = core.settings
    const target =
      from === undefined ? defaultTarget(settings, clock) : targetOf(from, settings.groupId, clock)
    return (session, before) => {
      const choice = new ChosenPartitions({
        client: core,
        emit: tell,
        reading: session.reading,
        selection: this.#selection,
        target,
        found: (partitions, start, isAdded) => session.adopt(partitions, start, () => isAdded),
        failed: error => session.fail(error),
      })
      void before.then(() => choice.find())
      return nobodys
    }
  }
}

/** Whoever is no member commits as nobody, and has nothing to give back. */
const nobodys: Assignment = { identity: () => ({}), leave: () => Promise.resolve() }

function defaultTarget({ groupId, autoOffsetReset }: ConsumerSettings, clock: Clock): Target {
  if (groupId !== undefined) return 'committed'
  if (autoOffsetReset !== 'none') return targetOfReset(autoOffsetReset, clock)
  throw new ArgumentError(
    'start offset',
    undefined,
    `an offset, since autoOffsetReset is 'none' and there is no groupId`,
  )
}
