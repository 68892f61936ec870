import type { Subscriber } from 'rxjs'
import { settle, type KafkaError, type TopicPartition } from '../../kernel'
import type { AnyBatch, Batch } from '../batch'
import { deserializersOf } from '../deserializer'
import type { PartitionLine } from '../partition-line'
import type { Face, Reader, View } from '../reader'
import type { Session } from '../session'
import { graceMs, processOptions, type ProcessOptions, type TaskSettings } from './options'
import { PausedLines } from './paused-lines'
import { onceDeserialized } from './once-deserialized'
import { checkHandler, type Handled } from './run-handler'
import { Tasks } from './tasks'

/** A batch, or a message, that is done. */
export interface Processed extends TopicPartition {
  /** Of the message, or of the first one of the batch. */
  readonly offset: bigint
  /** How many messages it was. */
  readonly messages: number
}

export type BatchHandler<K = Buffer, V = Buffer> = (batch: Batch<K, V>) => Handled

/** Calls a handler for each batch, one of a partition at a time, and acks what is done. */
export function processView<K, V>(
  reader: Reader,
  handler: BatchHandler<K, V>,
  options: ProcessOptions<Batch<K, V>>,
): View<Processed> {
  const settings = settle('process', processOptions, options as object)
  checkHandler('process', handler)
  const maxInHand = settings.maxConcurrency ?? Infinity
  return {
    mode: { ack: 'manual', maxInFlightBatches: 1, maxInHand, acksItself: true, takesUndecodable: true },
    faceOf: (subscriber, session) => new ProcessFace(reader, handler, settings, subscriber, session),
  }
}

class ProcessFace<K, V> implements Face {
  readonly #session: () => Session
  readonly #subscriber: Subscriber<Processed>
  readonly #tasks: Tasks<Batch<K, V>>
  readonly #pausedLines: PausedLines

  constructor(
    reader: Reader,
    handler: BatchHandler<K, V>,
    settings: TaskSettings,
    subscriber: Subscriber<Processed>,
    session: () => Session,
  ) {
    const { clock, random } = reader.core.settings
    this.#session = session
    this.#subscriber = subscriber
    this.#pausedLines = new PausedLines(reader)
    this.#tasks = new Tasks<Batch<K, V>>({
      clock,
      random,
      settings,
      handler: deserializersOf(reader.settings)
        ? batch => onceDeserialized(batch.messages[0]!, () => handler(batch))
        : handler,
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

  next(batch: Batch<K, V>): void {
    this.#tasks.begin(batch)
  }

  resumed(line: PartitionLine): void {
    this.#pausedLines.delete(line)
  }

  /** Whatever its handler does further is nobody's business. */
  returned(batch: AnyBatch): void {
    this.#tasks.giveUp(one => one === batch)
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

  #done(batch: Batch<K, V>): void {
    batch.ack()
    const { topic, partition, firstOffset: offset, count: messages } = batch
    this.#subscriber.next({ topic, partition, offset, messages })
  }

  #pause(batch: Batch<K, V>, error: KafkaError): void {
    const line = this.#session().lines.get(batch)
    if (!line) return
    this.#session().pause([line])
    this.#session().giveBack(batch)
    this.#pausedLines.add(line, error)
  }
}
