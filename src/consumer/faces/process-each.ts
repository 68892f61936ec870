import type { Subscriber } from 'rxjs'
import { settle, type KafkaError, type ReceivedMessage } from '../../kernel'
import type { AnyBatch, Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Face, Reader, View } from '../reader'
import type { Session } from '../session'
import { Trampoline } from '../trampoline'
import { Lanes } from './lanes'
import { eachOptions, graceMs, type EachOptions } from './options'
import { PausedLines } from './paused-lines'
import type { Processed } from './process'
import { onceDeserialized } from './once-deserialized'
import { checkHandler, type Handled } from './run-handler'
import { Tasks } from './tasks'

/**
 * @param context.signal aborts when nobody wants the message done any more: its partition was given up to another member, or
 *   the stream has ended. As long as a handler is waited for, it does not
 */
export type MessageHandler<K = Buffer, V = Buffer> = (
  message: ReceivedMessage<K, V>,
  context: { readonly signal: AbortSignal },
) => Handled

/** A message, and where it is in its batch. */
class MessageTask<K, V> {
  readonly message: ReceivedMessage<K, V>
  readonly batch: AnyBatch
  readonly index: number
  readonly line: PartitionLine

  constructor(message: ReceivedMessage<K, V>, batch: AnyBatch, index: number, line: PartitionLine) {
    this.message = message
    this.batch = batch
    this.index = index
    this.line = line
  }

  get topic(): string {
    return this.message.topic
  }

  get partition(): number {
    return this.message.partition
  }
}

/** Calls a handler for each message, side by side as far as `ordering` allows, and acks message by message what is done. */
export function eachView<K, V>(
  reader: Reader,
  handler: MessageHandler<K, V>,
  options: EachOptions<ReceivedMessage<K, V>>,
): View<Processed> {
  const settings = settle('processEach', eachOptions, options as object)
  checkHandler('processEach', handler)
  const { maxUncommitted } = settings
  return {
    mode: {
      ack: 'manual',
      maxInFlightBatches: maxUncommitted,
      maxUncommitted,
      acksItself: true,
      takesUndecodable: true,
    },
    faceOf: (subscriber, session) => new EachFace(reader, handler, settings, subscriber, session),
  }
}

class EachFace<K, V> implements Face {
  readonly #session: () => Session
  readonly #subscriber: Subscriber<Processed>
  readonly #lanes: Lanes<MessageTask<K, V>>
  readonly #tasks: Tasks<MessageTask<K, V>>
  /** Begins what may be begun; lets the event loop live whatever handlers do. */
  readonly #trampoline: Trampoline
  readonly #pausedLines: PausedLines
  /** What is not to be begun while its partition is paused. */
  readonly #held: MessageTask<K, V>[] = []
  readonly #maxConcurrency: number
  #isFailing = false

  constructor(
    reader: Reader,
    handler: MessageHandler<K, V>,
    settings: ReturnType<typeof settle<typeof eachOptions>>,
    subscriber: Subscriber<Processed>,
    session: () => Session,
  ) {
    const { clock, random } = reader.core.settings
    const onError = settings.onError as ((message: ReceivedMessage<K, V>, error: unknown) => Handled) | string
    this.#session = session
    this.#subscriber = subscriber
    this.#lanes = new Lanes(settings.ordering)
    this.#maxConcurrency = settings.maxConcurrency
    this.#trampoline = new Trampoline({ clock, step: () => this.#step(), rested: () => undefined })
    this.#pausedLines = new PausedLines(reader)
    this.#tasks = new Tasks<MessageTask<K, V>>({
      clock,
      random,
      settings:
        typeof onError === 'function'
          ? { ...settings, onError: (task: MessageTask<K, V>, error) => onError(task.message, error) }
          : settings,
      handler: ({ message, line }) =>
        onceDeserialized(message, () => handler(message, { signal: line.life })),
      offsetOf: ({ message }) => message.offset,
      done: task => this.#done(task),
      failed: (_task, error) => this.#fail(error),
      skipped: (task, error) => {
        reader.tell({ type: 'skipped', at: task, error })
        this.#over(task)
      },
      paused: (task, error) => this.#pause(task, error),
    })
  }

  next(batch: Batch<K, V>, line: PartitionLine): void {
    batch.messages.forEach((message, index) => {
      // Done before the offset before it was: nobody is called again for it.
      if (line.doneAhead.delete(message.offset)) this.#session().ackMessage(batch, index)
      else this.#lanes.add(new MessageTask(message, batch, index, line))
    })
    this.#trampoline.wake()
  }

  resumed(line: PartitionLine): void {
    this.#pausedLines.delete(line)
    for (const task of this.#letGo([line])) this.#lanes.again(task)
    this.#trampoline.wake()
  }

  withdrawn(lines: readonly PartitionLine[]): () => number {
    const isOfThem = ({ line }: MessageTask<K, V>): boolean => lines.includes(line)
    for (const task of this.#letGo(lines)) this.#lanes.again(task)
    this.#lanes.drop(isOfThem)
    return () => this.#tasks.countOf(isOfThem)
  }

  released(line: PartitionLine): void {
    this.#pausedLines.delete(line)
    this.withdrawn([line])
    for (const task of this.#tasks.giveUp(task => task.line === line)) this.#lanes.ended(task)
    this.#trampoline.wake()
  }

  error(error: unknown): void {
    this.left()
    this.#subscriber.error(error)
  }

  complete(): void {
    this.#subscriber.complete()
  }

  left(): void {
    this.#tasks.stop()
    this.#trampoline.stop()
    this.#pausedLines.close()
  }

  /** What is under way ends, nothing more is begun. */
  #fail(error: KafkaError): void {
    if (this.#isFailing) return this.#session().look()
    this.#isFailing = true
    void this.#session().finish(graceMs, error)
  }

  #pause(task: MessageTask<K, V>, error: KafkaError): void {
    if (!task.line.inHand.has(task.batch)) return this.#over(task)
    this.#session().pause([task.line])
    this.#held.push(task)
    this.#pausedLines.add(task.line, error)
    this.#session().look()
    this.#trampoline.wake()
  }

  #done(task: MessageTask<K, V>): void {
    this.#over(task)
    const { topic, partition, offset } = task.message
    this.#subscriber.next({ topic, partition, offset, messages: 1 })
  }

  #over(task: MessageTask<K, V>): void {
    this.#lanes.ended(task)
    this.#session().ackMessage(task.batch, task.index)
    this.#trampoline.wake()
  }

  /** What was held of these partitions, in its order. */
  #letGo(lines: readonly PartitionLine[]): readonly MessageTask<K, V>[] {
    const held = this.#held.splice(0)
    this.#held.push(...held.filter(({ line }) => !lines.includes(line)))
    return held.filter(({ line }) => lines.includes(line))
  }

  #step(): boolean {
    if (this.#isFailing || this.#tasks.count >= this.#maxConcurrency) return false
    const task = this.#lanes.take()
    if (task === undefined) return false
    if (task.line.isPaused) this.#held.push(task)
    else this.#tasks.begin(task)
    return true
  }
}
