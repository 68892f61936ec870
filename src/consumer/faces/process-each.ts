import type { Subscriber } from 'rxjs'
import { settle, type KafkaError, type ReceivedMessage } from '../../kernel'
import type { Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Face, Mode, Reader } from '../reader'
import type { Session } from '../session'
import { Lanes } from './lanes'
import { eachOptions, graceMs, type EachOptions } from './options'
import type { Processed } from './process'
import type { Handled } from './run-handler'
import { Tasks } from './tasks'

export type MessageHandler = (message: ReceivedMessage) => Handled

/** A message, and where it is in its batch. */
class MessageTask {
  readonly message: ReceivedMessage
  readonly batch: Batch
  readonly index: number

  constructor(message: ReceivedMessage, batch: Batch, index: number) {
    this.message = message
    this.batch = batch
    this.index = index
  }

  get topic(): string {
    return this.message.topic
  }

  get partition(): number {
    return this.message.partition
  }
}

/** How messages are delivered to a handler: as many batches as it takes, acked message by message. */
export function eachMode(options: EachOptions<ReceivedMessage>): Mode {
  const { maxUncommitted } = settle('processEach', eachOptions, options as object)
  return { ack: 'manual', maxInFlightBatches: maxUncommitted, maxUncommitted, acksItself: true }
}

/** Calls a handler for each message, side by side as far as `ordering` allows, and acks what is done. */
export function eachFace(
  reader: Reader,
  handler: MessageHandler,
  options: EachOptions<ReceivedMessage>,
): (subscriber: Subscriber<Processed>, session: () => Session) => Face {
  const settings = settle('processEach', eachOptions, options as object)
  return (subscriber, session) => new EachFace(reader, handler, settings, subscriber, session)
}

class EachFace implements Face {
  readonly #session: () => Session
  readonly #subscriber: Subscriber<Processed>
  readonly #lanes: Lanes<MessageTask>
  readonly #tasks: Tasks<MessageTask>
  readonly #maxConcurrency: number
  #isBeginning = false
  #isFailing = false

  constructor(
    reader: Reader,
    handler: MessageHandler,
    settings: ReturnType<typeof settle<typeof eachOptions>>,
    subscriber: Subscriber<Processed>,
    session: () => Session,
  ) {
    const { clock, random } = reader.core.settings
    const onError = settings.onError as ((message: ReceivedMessage, error: unknown) => Handled) | string
    this.#session = session
    this.#subscriber = subscriber
    this.#lanes = new Lanes(settings.ordering)
    this.#maxConcurrency = settings.maxConcurrency
    this.#tasks = new Tasks<MessageTask>({
      clock,
      random,
      settings:
        typeof onError === 'function'
          ? { ...settings, onError: (task: MessageTask, error) => onError(task.message, error) }
          : settings,
      handler: ({ message }) => handler(message),
      offsetOf: ({ message }) => message.offset,
      done: task => this.#done(task),
      failed: (_task, error) => this.#fail(error),
      skipped: (task, error) => {
        reader.tell({ type: 'skipped', at: task, error })
        this.#over(task)
      },
      paused: (task, error) => {
        reader.tell({ type: 'paused', at: task, error })
        session().pause([session().lines.get(task)!])
      },
    })
  }

  next(batch: Batch, line: PartitionLine): void {
    batch.messages.forEach((message, index) => {
      // Done before the offset before it was: nobody is called again for it.
      if (line.doneAhead.has(message.offset)) this.#session().ackMessage(batch, index)
      else this.#lanes.add(new MessageTask(message, batch, index))
    })
    this.#begin()
  }

  error(error: unknown): void {
    this.#tasks.stop()
    this.#subscriber.error(error)
  }

  complete(): void {
    this.#subscriber.complete()
  }

  left(): void {
    this.#tasks.stop()
  }

  /** What is under way ends, nothing more is begun. */
  #fail(error: KafkaError): void {
    if (this.#isFailing) return
    this.#isFailing = true
    void this.#session().finish(graceMs, error, () => this.#tasks.count)
  }

  #done(task: MessageTask): void {
    this.#over(task)
    const { topic, partition, offset } = task.message
    this.#subscriber.next({ topic, partition, offset, messages: 1 })
  }

  #over(task: MessageTask): void {
    this.#lanes.ended(task)
    this.#session().ackMessage(task.batch, task.index)
    this.#begin()
  }

  /** As many as may be; a handler that is done at once must not call this from within itself. */
  #begin(): void {
    if (this.#isBeginning || this.#isFailing) return
    this.#isBeginning = true
    while (this.#tasks.count < this.#maxConcurrency) {
      const task = this.#lanes.take()
      if (task === undefined) break
      this.#tasks.begin(task)
    }
    this.#isBeginning = false
  }
}
