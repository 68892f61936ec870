import type { Subscriber } from 'rxjs'
import { settle, type KafkaError, type TopicPartition } from '../../kernel'
import type { Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Face, Reader, View } from '../reader'
import type { Session } from '../session'
import { graceMs, processOptions, type ProcessOptions, type TaskSettings } from './options'
import { PausedLines } from './paused-lines'
import { checkHandler, type Handled } from './run-handler'
import { Tasks } from './tasks'

/** A batch, or a message, that is done. */
export interface Processed extends TopicPartition {
  /** Of the message, or of the first one of the batch. */
  readonly offset: bigint
  /** How many messages it was. */
  readonly messages: number
}

export type BatchHandler = (batch: Batch) => Handled

/** Calls a handler for each batch, one of a partition at a time, and acks what is done. */
export function processView(
  reader: Reader,
  handler: BatchHandler,
  options: ProcessOptions<Batch>,
): View<Processed> {
  const settings = settle('process', processOptions, options as object)
  checkHandler('process', handler)
  const maxInHand = settings.maxConcurrency ?? Infinity
  return {
    mode: { ack: 'manual', maxInFlightBatches: 1, maxInHand, acksItself: true },
    faceOf: (subscriber, session) => new ProcessFace(reader, handler, settings, subscriber, session),
  }
}

class ProcessFace implements Face {
  readonly #session: () => Session
  readonly #subscriber: Subscriber<Processed>
  readonly #tasks: Tasks<Batch>
  readonly #pausedLines: PausedLines

  constructor(
    reader: Reader,
    handler: BatchHandler,
    settings: TaskSettings,
    subscriber: Subscriber<Processed>,
    session: () => Session,
  ) {
    const { clock, random } = reader.core.settings
    this.#session = session
    this.#subscriber = subscriber
    this.#pausedLines = new PausedLines(reader)
    this.#tasks = new Tasks<Batch>({
      clock,
      random,
      settings,
      handler,
      offsetOf: batch => batch.firstOffset,
      done: batch => this.#done(batch),
      failed: (batch, error) => {
        session().abandon(batch)
        void session().finish(graceMs, error)
      },
      skipped: (batch, error) => {
        reader.tell({ type: 'skipped', at: batch, error })
        batch.ack()
      },
      paused: (batch, error) => this.#pause(batch, error),
    })
  }

  next(batch: Batch): void {
    this.#tasks.begin(batch)
  }

  resumed(line: PartitionLine): void {
    this.#pausedLines.delete(line)
  }

  released(line: PartitionLine): void {
    const { at } = line
    this.#pausedLines.delete(line)
    this.#tasks.giveUp(({ topic, partition }) => topic === at.topic && partition === at.partition)
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
    this.#pausedLines.close()
  }

  #done(batch: Batch): void {
    batch.ack()
    const { topic, partition, firstOffset: offset, count: messages } = batch
    this.#subscriber.next({ topic, partition, offset, messages })
  }

  #pause(batch: Batch, error: KafkaError): void {
    const line = this.#session().lines.get(batch)
    if (!line) return
    this.#session().pause([line])
    this.#session().giveBack(batch)
    this.#pausedLines.add(line, error)
  }
}
